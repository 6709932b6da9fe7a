package ai.narrows.images.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.layers.Standardization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Features as bytes, and the filters that are built in. */
class FeaturesTest {
  private static final Backbones.Asked ASKED =
      new Backbones.Asked(List.of(), 32, 4, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

  private static final BackboneSpec SPEC = Backbones.filters(ASKED);

  private static byte[] noise(int seed) {
    byte[] pixels = new byte[SPEC.input().size()];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static float[] raw(byte[] pixels) {
    float[] raw = new float[SPEC.output().size()];
    Backbones.open(SPEC, null).extractor().extract(pixels, 0, raw);
    return raw;
  }

  @Test
  void neighborsAreAveraged() {
    byte[] pixels = noise(1);
    float[] raw = raw(pixels);
    float[] values = new Features(SPEC, null).values(pixels, 0);
    int channels = SPEC.channels();
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          int count = 0;
          for (int v = Math.max(0, y - 1); v <= Math.min(3, y + 1); v++) {
            for (int u = Math.max(0, x - 1); u <= Math.min(3, x + 1); u++) {
              sum += raw[(v * 4 + u) * channels + c];
              count++;
            }
          }
          assertThat(values[(y * 4 + x) * channels + c])
              .isCloseTo((float) (sum / count), within(1e-5f));
        }
      }
    }
  }

  @Test
  void bytesAreStandardizedAndClipped() {
    byte[] pixels = noise(2);
    float[] values = new Features(SPEC, null).values(pixels, 0).clone();
    int channels = SPEC.channels();
    List<Double> means = new ArrayList<>(Collections.nCopies(channels, 0.0));
    List<Double> deviations = new ArrayList<>(Collections.nCopies(channels, 1.0));
    means.set(0, (double) values[0]);
    deviations.set(0, 0.5);
    means.set(1, values[1] - 100.0); // far above its mean
    means.set(2, values[2] + 100.0); // far below
    means.set(3, values[3] - 2.0); // two deviations above
    Features features = new Features(SPEC, null).with(new Standardization(means, deviations));
    assertThat(features.scaled()).isTrue();
    byte[] bytes = new byte[SPEC.output().size()];
    features.bytes(pixels, 0, bytes);
    assertThat(bytes[0] & 255).isIn(127, 128); // the mean is 127.5
    assertThat(bytes[1] & 255).isEqualTo(255);
    assertThat(bytes[2] & 255).isZero();
    assertThat(bytes[3] & 255).isEqualTo(191); // 127.5 + 63.75, rounded
    for (int i = 0; i < bytes.length; i++) {
      int c = i % channels;
      double standardized = (values[i] - means.get(c)) / deviations.get(c);
      double byteValue = 127.5 + 127.5 / 4 * Math.max(-4, Math.min(4, standardized));
      assertThat((double) (bytes[i] & 255)).isCloseTo(byteValue, within(0.501));
    }
  }

  /** Every instance gives the same bits, wherever in an array the image stands. */
  @Test
  void anImageIsTheSameEverywhere() {
    byte[] pixels = noise(3);
    byte[] moved = new byte[pixels.length + 7];
    System.arraycopy(pixels, 0, moved, 7, pixels.length);
    Features features = new Features(SPEC, null);
    float[] first = features.values(pixels, 0).clone();
    features.values(noise(4), 0);
    assertThat(features.values(moved, 7)).isEqualTo(first);
    assertThat(new Features(SPEC, null).values(pixels, 0)).isEqualTo(first);
  }

  /** Constant brightness has no structure, and its colors are themselves. */
  @Test
  void filtersDoNotSeeConstants() {
    byte[] pixels = new byte[SPEC.input().size()];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) 51;
      pixels[i + 1] = (byte) 102;
      pixels[i + 2] = (byte) 255;
    }
    float[] raw = raw(pixels);
    int channels = SPEC.channels();
    for (int position = 0; position < 16; position++) {
      for (int c = 0; c < channels - 3; c++) {
        assertThat(raw[position * channels + c]).isCloseTo(0, within(1e-5f));
      }
      assertThat(raw[position * channels + channels - 3]).isCloseTo(0.2f, within(1e-5f));
      assertThat(raw[position * channels + channels - 2]).isCloseTo(0.4f, within(1e-5f));
      assertThat(raw[position * channels + channels - 1]).isCloseTo(1, within(1e-5f));
    }
  }

  /** Stripes answer most to the wavelet of their direction and width. */
  @Test
  void filtersTellDirectionAndScale() {
    for (int scale = 0; scale < 2; scale++) {
      for (int orientation = 0; orientation < 8; orientation++) {
        double angle = Math.PI * orientation / 8;
        double wavelength = 4 << scale;
        byte[] pixels = new byte[SPEC.input().size()];
        for (int y = 0; y < 32; y++) {
          for (int x = 0; x < 32; x++) {
            double phase = 2 * Math.PI / wavelength * (x * Math.cos(angle) + y * Math.sin(angle));
            for (int c = 0; c < 3; c++) {
              pixels[(y * 32 + x) * 3 + c] = (byte) Math.round(127 + 100 * Math.cos(phase));
            }
          }
        }
        float[] raw = raw(pixels);
        int position = 2 * 4 + 1; // in the middle
        int highest = 0;
        for (int c = 0; c < SPEC.channels() - 3; c++) {
          if (raw[position * SPEC.channels() + c] > raw[position * SPEC.channels() + highest]) {
            highest = c;
          }
        }
        assertThat(highest)
            .as("scale %d, orientation %d", scale, orientation)
            .isEqualTo(scale * 8 + orientation);
      }
    }
  }

  @Test
  void placementKeepsMeansAndInterpolates() {
    float[] map = {1, 2, 3, 4, 5, 6, 7, 8, 9}; // 3x3
    float[] same = new float[9];
    new GridPlacement(3, 3, 1, 3).place(map, 3, 1, 1, same, 0, 1);
    assertThat(same).isEqualTo(map);
    float[] one = new float[1];
    new GridPlacement(3, 3, 1, 1).place(map, 3, 1, 1, one, 0, 1);
    assertThat(one[0]).isCloseTo(5, within(1e-6f));
    float[] two = new float[4];
    new GridPlacement(3, 3, 1, 2).place(map, 3, 1, 1, two, 0, 1);
    // A position covers one and a half of each axis.
    assertThat(two[0]).isCloseTo((1 + 2 / 2f + 4 / 2f + 5 / 4f) / 2.25f, within(1e-6f));
    assertThat((two[0] + two[1] + two[2] + two[3]) / 4).isCloseTo(5, within(1e-6f));
    float[] six = new float[36];
    new GridPlacement(3, 3, 1, 6).place(map, 3, 1, 1, six, 0, 1);
    assertThat(six[0]).isEqualTo(1); // the border is repeated
    assertThat(six[1]).isCloseTo(1.25f, within(1e-6f));
    assertThat(six[35]).isEqualTo(9);
    float[] large = new float[4];
    new GridPlacement(1, 1, 1, 2).place(new float[] {3}, 1, 1, 1, large, 0, 1);
    assertThat(large).containsOnly(3);
  }

  @Test
  void descriptionsAreChecked() {
    assertThat(BackboneSpec.NONE.any()).isFalse();
    assertThat(SPEC.builtIn()).isTrue();
    assertThatThrownBy(
            () ->
                new BackboneSpec(
                    "x.onnx",
                    "",
                    List.of("a"),
                    32,
                    4,
                    SPEC.mean(),
                    SPEC.deviation(),
                    5,
                    Standardization.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a backbone cannot have the SHA-256 ");
    assertThatThrownBy(
            () ->
                new BackboneSpec(
                    "filters",
                    "",
                    List.of(),
                    32,
                    33,
                    SPEC.mean(),
                    SPEC.deviation(),
                    35,
                    Standardization.NONE))
        .hasMessage("a backbone cannot have the grid 33");
    assertThatThrownBy(
            () ->
                new LoadedBackbone(
                    new BackboneSpec(
                        "x.onnx",
                        "0".repeat(64),
                        List.of("a"),
                        32,
                        4,
                        SPEC.mean(),
                        SPEC.deviation(),
                        5,
                        Standardization.NONE),
                    new byte[] {1}))
        .hasMessage("the backbone's file is not the one that was described");
  }
}
