package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParameterAverageTest {
  private static final int LENGTH = 5_001;
  private static final int WORKERS = 7;
  private static final long[] EXAMPLES = {128, 64, 0, 1, 127, 3, 9};

  private final List<float[]> values = new ArrayList<>();

  ParameterAverageTest() {
    for (int w = 0; w < WORKERS; w++) {
      float[] v = new float[LENGTH];
      new RandomStream(1, Purpose.GENERATION, w, 0, 0).fillGaussian(v, LENGTH);
      values.add(v);
    }
    Arrays.fill(values.get(2), Float.NaN); // a worker without examples has no say
  }

  private float[] average(List<Integer> order) {
    ParameterAverage average = new ParameterAverage(LENGTH);
    order.forEach(w -> average.add(w, EXAMPLES[w], values.get(w)));
    return average.average();
  }

  @Test
  void weighsByExamples() {
    float[] average = average(List.of(0, 1, 2, 3, 4, 5, 6));
    for (int i = 0; i < LENGTH; i++) {
      double sum = 0;
      for (int w : new int[] {0, 1, 3, 4, 5, 6}) {
        sum += (double) EXAMPLES[w] * values.get(w)[i];
      }
      assertThat(average[i]).isEqualTo((float) (sum / 332));
    }
  }

  @Test
  void orderOfArrivalDoesNotMatterToTheBit() {
    float[] expected = average(List.of(0, 1, 2, 3, 4, 5, 6));
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6));
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(order, random);
      assertThat(average(order)).isEqualTo(expected);
    }
  }

  @Test
  void slicesSideBySideAreTheWhole() {
    float[] whole = average(List.of(0, 1, 2, 3, 4, 5, 6));
    for (int from = 0; from < LENGTH; from += 1_250) {
      int to = Math.min(LENGTH, from + 1_250);
      ParameterAverage slice = new ParameterAverage(to - from);
      for (int w = WORKERS - 1; w >= 0; w--) {
        slice.add(w, EXAMPLES[w], Arrays.copyOfRange(values.get(w), from, to));
      }
      assertThat(slice.average()).isEqualTo(Arrays.copyOfRange(whole, from, to));
    }
  }

  @Test
  void oneWorkersAverageIsItsValuesToTheBit() {
    ParameterAverage average = new ParameterAverage(LENGTH);
    average.add(0, 59_999, values.get(0));
    assertThat(average.average()).isEqualTo(values.get(0));
  }

  @Test
  void isUsedAgainAfterClear() {
    ParameterAverage average = new ParameterAverage(LENGTH);
    for (int w = 0; w < WORKERS; w++) {
      average.add(w, 7, values.get(WORKERS - 1 - w));
    }
    average.clear();
    for (int w = 0; w < WORKERS; w++) {
      average.add(w, EXAMPLES[w], values.get(w));
    }
    assertThat(average.average()).isEqualTo(average(List.of(0, 1, 2, 3, 4, 5, 6)));
  }

  @Test
  void refusesWhatIsMissingTwiceOrEmpty() {
    ParameterAverage average = new ParameterAverage(LENGTH);
    average.add(1, 1, values.get(1));
    assertThatThrownBy(average::average).hasMessage("worker 0 is missing from the average");
    assertThatThrownBy(() -> average.add(1, 1, values.get(1)))
        .hasMessage("worker 1 has been added before");
    assertThatThrownBy(() -> average.add(0, 1, new float[3]))
        .hasMessage("worker 0 gives 3 values, not 5001");
    assertThatThrownBy(new ParameterAverage(3)::average)
        .hasMessage("no worker has seen an example");
  }
}
