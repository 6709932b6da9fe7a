package ai.narrows.nn.kernels;

import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Products of matrices on prepared pointers, by oneDNN where its natives are there, which is x86-64
 * Linux, and otherwise by ND4J's OpenBLAS; oneDNN compiles for the processor at hand and is up to
 * twice as fast on the narrow matrices of convolutions. Either is bound to one thread per caller:
 * parallelism comes from Spark's tasks, whatever the environment says.
 */
final class Blas {
  private static final int ROW_MAJOR = openblas_nolapack.CblasRowMajor;
  static final int PLAIN = openblas_nolapack.CblasNoTrans;
  static final int TRANSPOSED = openblas_nolapack.CblasTrans;
  static final boolean ONE_DNN = Natives.ONE_DNN;

  private static volatile FloatPointer ones = new FloatPointer(0);

  private Blas() {}

  /** What multiplies, with its version. */
  static String library() {
    return ONE_DNN
        ? Artifact.of("oneDNN", "org.bytedeco", "dnnl")
        : Artifact.of("OpenBLAS", "org.bytedeco", "openblas");
  }

  /** Has the natives loaded, before another library decides on OpenMP's threads. */
  static void load() {}

  /** {@code c[m, n] += a[m, k] b[k, n]}. */
  static void multiplyAdd(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    multiply(ONE_DNN, m, n, k, PLAIN, a, PLAIN, b, 1f, c);
  }

  /** {@code c[m, n] = a[m, k] b[k, n]}. */
  static void multiply(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    multiply(ONE_DNN, m, n, k, PLAIN, a, PLAIN, b, 0f, c);
  }

  /** {@code c[m, n] += a[k, m]' b[k, n]}. */
  static void multiplyLeftTransposedAdd(
      int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    multiply(ONE_DNN, m, n, k, TRANSPOSED, a, PLAIN, b, 1f, c);
  }

  /** {@code c[m, n] = a[m, k] b[n, k]'}. */
  static void multiplyRightTransposed(
      int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    multiply(ONE_DNN, m, n, k, PLAIN, a, TRANSPOSED, b, 0f, c);
  }

  /** {@code c[m, n] = a[k, m]' b[k, n]}. */
  static void multiplyLeftTransposed(
      int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    multiply(ONE_DNN, m, n, k, TRANSPOSED, a, PLAIN, b, 0f, c);
  }

  /**
   * {@code c[m, n] = a b + before c}.
   *
   * @param oneDnn whether oneDNN multiplies, which must be there then
   * @param aIs whether a is [m, k] or transposed, [k, m]; likewise b
   */
  static void multiply(
      boolean oneDnn,
      int m,
      int n,
      int k,
      int aIs,
      FloatPointer a,
      int bIs,
      FloatPointer b,
      float before,
      FloatPointer c) {
    int aStep = aIs == PLAIN ? k : m;
    int bStep = bIs == PLAIN ? n : k;
    if (oneDnn) {
      int status =
          dnnl.dnnl_sgemm(letter(aIs), letter(bIs), m, n, k, 1f, a, aStep, b, bStep, before, c, n);
      if (status != dnnl.dnnl_success) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "oneDNN cannot multiply [%d, %d] by [%d, %d]: status %d",
                m,
                k,
                k,
                n,
                status));
      }
    } else {
      openblas_nolapack.cblas_sgemm(
          ROW_MAJOR, aIs, bIs, m, n, k, 1f, a, aStep, b, bStep, before, c, n);
    }
  }

  private static byte letter(int is) {
    return (byte) (is == PLAIN ? 'N' : 'T');
  }

  /** {@code sums[n] = ones[rows]' a[rows, n]}: HotSpot leaves a loop with row offsets scalar. */
  static void columnSums(int rows, int n, FloatPointer a, FloatPointer sums) {
    columnSums(rows, n, a, 0f, sums);
  }

  /** {@code sums[n] += ones[rows]' a[rows, n]}. */
  static void columnSumsAdd(int rows, int n, FloatPointer a, FloatPointer sums) {
    columnSums(rows, n, a, 1f, sums);
  }

  private static void columnSums(int rows, int n, FloatPointer a, float before, FloatPointer sums) {
    openblas_nolapack.cblas_sgemv(
        ROW_MAJOR, TRANSPOSED, rows, n, 1f, a, n, ones(rows), 1, before, sums, 1);
  }

  /** At least n ones; what has been handed out before stays valid for whoever holds it. */
  private static FloatPointer ones(int n) {
    FloatPointer enough = ones;
    if (enough.capacity() < n) {
      float[] values = new float[Math.max(n, 1024)];
      Arrays.fill(values, 1f);
      enough = new FloatPointer(values);
      ones = enough;
    }
    return enough;
  }
}
