package ai.narrows.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Standardization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelMomentsTest {
  private static final int CHANNELS = 3;
  private static final int PIXELS = 500;

  /** Two passes in double lose no more than this. */
  private static final double ROUNDING = 1e-13;

  private final RandomStream random = new RandomStream(6, Purpose.GENERATION, 0, 0, 0);

  private float[] values(int length) {
    float[] values = new float[length];
    random.fillGaussian(values, length);
    return values;
  }

  private static Standardization of(ChannelMoments... parts) {
    return ChannelMoments.standardization(List.of(parts));
  }

  private static ChannelMoments moments(float[] values) {
    ChannelMoments moments = new ChannelMoments(CHANNELS);
    moments.add(values);
    return moments;
  }

  @Test
  void meansAndDeviationsAreThoseOfTheValues() {
    float[] values = values(PIXELS * CHANNELS);
    values[7] = -3e-42f; // of the least exponent
    values[8] = 1e6f;
    Standardization found = of(moments(values));
    for (int c = 0; c < CHANNELS; c++) {
      double mean = 0;
      for (int i = c; i < values.length; i += CHANNELS) {
        mean += values[i] / (double) PIXELS;
      }
      double variance = 0;
      for (int i = c; i < values.length; i += CHANNELS) {
        variance += (values[i] - mean) * (values[i] - mean) / PIXELS;
      }
      assertThat(found.means().get(c))
          .isCloseTo(mean, within(ROUNDING * Math.max(1, Math.abs(mean))));
      double deviation = Math.sqrt(variance);
      assertThat(found.deviations().get(c)).isCloseTo(deviation, within(ROUNDING * deviation));
    }
  }

  /** In double, sums of these would depend on their order from the first digits on. */
  @Test
  void neitherOrderNorPartsChangeABit() {
    float[] values = values(PIXELS * CHANNELS);
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) Math.pow(10, random.nextInt(30) - 15);
    }
    Standardization expected = of(moments(values));
    List<Integer> order = new ArrayList<>();
    for (int pixel = 0; pixel < PIXELS; pixel++) {
      order.add(pixel);
    }
    for (int parts : new int[] {1, 2, 7}) {
      Collections.shuffle(order, new java.util.Random(parts));
      List<ChannelMoments> sums = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        ChannelMoments sum = new ChannelMoments(CHANNELS);
        for (int at = part; at < PIXELS; at += parts) {
          int pixel = order.get(at) * CHANNELS;
          sum.add(new float[] {values[pixel], values[pixel + 1], values[pixel + 2]});
        }
        sums.add(sum);
      }
      assertThat(ChannelMoments.standardization(sums)).isEqualTo(expected);
    }
  }

  @Test
  void bytesCountAsTheValuesThatNetworksSee() {
    byte[] pixels = new byte[PIXELS * CHANNELS];
    float[] values = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
      values[i] = (pixels[i] & 255) / 255f;
    }
    ChannelMoments bytes = new ChannelMoments(CHANNELS);
    bytes.add(pixels);
    assertThat(of(bytes)).isEqualTo(of(moments(values)));
  }

  @Test
  void aChannelThatNeverVariesHasTheLeastDeviation() {
    Standardization found = of(moments(new float[] {0, 0.5f, 1, 0, 0.5f, 0}));
    assertThat(found.means()).containsExactly(0.0, 0.5, 0.5);
    assertThat(found.deviations()).containsExactly(1 / 255.0, 1 / 255.0, 0.5);
    assertThatThrownBy(() -> of(new ChannelMoments(1))).hasMessage("no values, no standardization");
  }
}
