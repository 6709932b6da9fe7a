package ai.narrows.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StainTest {
  private static final int HEIGHT = 40;
  private static final int WIDTH = 50;
  private static final int CHANNELS = 3;
  private static final int SIZE = HEIGHT * WIDTH * CHANNELS;
  private static final int DRAWS = 3000;

  private final float[] factor = new float[SIZE];
  private final float[] term = new float[SIZE];

  private static Corruption.Stain stain(double extent) {
    return new Corruption.Stain(extent, HEIGHT, WIDTH, CHANNELS);
  }

  private static RandomStream stream(int step) {
    return new RandomStream(7, Purpose.CORRUPTION, 0, 0, step);
  }

  /** How many pixels are covered, in one channel. */
  private double covered() {
    double sum = 0;
    for (int i = 0; i < SIZE; i += CHANNELS) {
      sum += 1 - factor[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"9, 6, 0.3", "12, 12, 0", "15, 3, 2.1", "4, 10, 1.5707963267948966"})
  void anEllipseCoversItsArea(double along, double across, double angle) {
    StainPainter painter = new StainPainter(stain(0.4), factor, term);
    painter.clear();
    painter.ellipse(20.3, 24.6, angle, along, across);
    double area = Math.PI * along * across;
    assertThat(covered()).isCloseTo(area, within(0.03 * area));
    assertThat(factor[(20 * WIDTH + 24) * CHANNELS]).isZero();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double dy = y + 0.5 - 20.3;
        double dx = x + 0.5 - 24.6;
        double u = (dx * Math.cos(angle) + dy * Math.sin(angle)) / along;
        double v = (dy * Math.cos(angle) - dx * Math.sin(angle)) / across;
        double inside = (1 - Math.hypot(u, v)) * Math.min(along, across);
        assertThat(factor[(y * WIDTH + x) * CHANNELS])
            .isCloseTo((float) Math.min(1, Math.max(0, 0.5 - inside)), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 0, 2", "-7, 11, 1.5", "0, -14, 0.8"})
  void aSegmentCoversItsArea(double dy, double dx, double radius) {
    StainPainter painter = new StainPainter(stain(0.4), factor, term);
    painter.clear();
    painter.segment(20.4, 25.7, dy, dx, radius);
    double area = 2 * radius * Math.hypot(dy, dx) + Math.PI * radius * radius;
    assertThat(covered()).isCloseTo(area, within(0.04 * area));
  }

  /** Colors are even, stains lie anywhere, and what is not covered stays as it is. */
  @Test
  void stainsAreAnywhereAndOfAnyColor() {
    Corruption.Drawer drawer = stain(0.2).drawer(factor, term);
    double left = 0;
    double top = 0;
    double all = 0;
    double colors = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      drawer.draw(stream(i));
      int whole = 0;
      double color = 0;
      for (int p = 0; p < SIZE; p += CHANNELS) {
        float away = 1 - factor[p];
        assertThat(away).isBetween(0f, 1f);
        assertThat(term[p]).isBetween(0f, away + 1e-6f);
        all += away;
        left += p / CHANNELS % WIDTH < WIDTH / 2 ? away : 0;
        top += p / CHANNELS / WIDTH < HEIGHT / 2 ? away : 0;
        if (factor[p] == 0) {
          whole++;
          color = term[p];
        }
      }
      assertThat(whole).as("draw %d", i).isLessThan(HEIGHT * WIDTH / 2);
      colors += whole == 0 ? 0.5 : color;
      squares += whole == 0 ? 1.0 / 3 : color * color;
    }
    assertThat(left / all).isCloseTo(0.5, within(0.03));
    assertThat(top / all).isCloseTo(0.5, within(0.03));
    assertThat(colors / DRAWS).isCloseTo(0.5, within(5 * 0.2887 / Math.sqrt(DRAWS)));
    assertThat(squares / DRAWS).isCloseTo(1.0 / 3, within(5 * 0.2981 / Math.sqrt(DRAWS)));
  }

  @Test
  void aLargerExtentCoversMore() {
    double before = 0;
    for (double extent : new double[] {0.05, 0.2, 0.5, 1}) {
      Corruption.Drawer drawer = stain(extent).drawer(factor, term);
      double sum = 0;
      for (int i = 0; i < 200; i++) {
        drawer.draw(stream(i));
        sum += covered();
      }
      assertThat(sum).isGreaterThan(1.3 * before);
      before = sum;
    }
  }

  @Test
  void theStreamAloneSaysWhatIsDrawn() {
    Corruption.Drawer drawer = stain(0.3).drawer(factor, term);
    drawer.draw(stream(1));
    float[] first = factor.clone();
    float[] firstTerm = term.clone();
    drawer.draw(stream(2));
    assertThat(factor).isNotEqualTo(first);
    stain(0.3).drawer(factor, term).draw(stream(1));
    assertThat(factor).isEqualTo(first);
    assertThat(term).isEqualTo(firstTerm);
  }

  /** The encoder sees stains, and the loss asks for the image without them. */
  @Test
  void theEncoderSeesStainsAndTheLossDoesNot() {
    Architecture network =
        new Architecture(
            SIZE,
            List.of(),
            2,
            Architecture.Latent.DETERMINISTIC,
            Activation.IDENTITY,
            Activation.IDENTITY);
    Objective plain = new Objective(new Loss.MeanSquaredError(), 1);
    for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
      try (Network stained = Network.forTraining(network, kernels, 1, stain(0.4));
          Network other = Network.forInference(network, kernels, 1)) {
        float[] parameters = network.initialParameters(3);
        stained.setParameters(parameters);
        other.setParameters(parameters);
        float[] image = new float[SIZE];
        RandomStream random = stream(0);
        for (int i = 0; i < SIZE; i++) {
          image[i] = random.nextFloat();
        }
        stained.setRow(0, image, 0);
        stained.drawCorruption(0, 1, stream(4));
        double loss = stained.trainingPass(1, plain);

        stain(0.4).drawer(factor, term).draw(stream(4));
        float[] seen = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
          seen[i] = image[i] * factor[i] + term[i];
        }
        other.setRow(0, seen, 0);
        other.reconstructionPass(1, new double[1]);
        float[] rebuilt = new float[SIZE];
        other.copyReconstruction(1, rebuilt, 0);
        double expected = 0;
        for (int i = 0; i < SIZE; i++) {
          expected += (rebuilt[i] - image[i]) * (rebuilt[i] - image[i]);
        }
        double weight = new Loss.MeanSquaredError().weight(SIZE);
        assertThat(loss).isCloseTo(weight * expected, within(1e-4 * weight * expected));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
  void whatCannotBeIsRefused(double extent) {
    assertThatThrownBy(() -> stain(extent))
        .isInstanceOf(ParamException.class)
        .hasMessage("corruptionLevel must be above 0 and at most 1 for stain, but is " + extent);
  }
}
