package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both libraries, of which a platform uses one, against sums in double precision. */
class BlasTest {
  private static final double TOLERANCE = 1e-5;

  @Test
  void oneDnnIsUsedWhereItsNativesAre() {
    String natives = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/libdnnl.so.2";
    assertThat(Blas.ONE_DNN).isEqualTo(BlasTest.class.getResource(natives) != null);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 7", "64, 32, 27", "33, 64, 288", "17, 1, 100", "1, 50, 9"})
  void products(int m, int n, int k) {
    for (boolean oneDnn : new boolean[] {false, Blas.ONE_DNN}) {
      for (int aIs : new int[] {Blas.PLAIN, Blas.TRANSPOSED}) {
        for (int bIs : new int[] {Blas.PLAIN, Blas.TRANSPOSED}) {
          check(oneDnn, m, n, k, aIs, bIs, 1, values(m * n, 3));
          float[] none = new float[m * n];
          Arrays.fill(none, Float.NaN); // what does not count must not come through
          check(oneDnn, m, n, k, aIs, bIs, 0, none);
        }
      }
    }
  }

  private static void check(
      boolean oneDnn, int m, int n, int k, int aIs, int bIs, float before, float[] c) {
    float[] a = values(m * k, 1);
    float[] b = values(k * n, 2);
    float[] result = new float[m * n];
    try (FloatPointer left = new FloatPointer(a);
        FloatPointer right = new FloatPointer(b);
        FloatPointer sum = new FloatPointer(c)) {
      Blas.multiply(oneDnn, m, n, k, aIs, left, bIs, right, before, sum);
      sum.get(result);
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double expected = before == 0 ? 0 : c[i * n + j];
        for (int l = 0; l < k; l++) {
          double x = a[aIs == Blas.PLAIN ? i * k + l : l * m + i];
          double y = b[bIs == Blas.PLAIN ? l * n + j : j * k + l];
          expected += x * y;
        }
        assertThat((double) result[i * n + j])
            .as("oneDNN %s, a %d, b %d, before %s", oneDnn, aIs, bIs, before)
            .isCloseTo(expected, within(TOLERANCE * k));
      }
    }
  }

  private static float[] values(int n, int seed) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATION, 0, 0, 0);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
