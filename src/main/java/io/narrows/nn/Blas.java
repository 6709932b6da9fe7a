package io.narrows.nn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * ND4J's OpenBLAS, called on prepared pointers. Loading it binds it to one thread per caller:
 * parallelism comes from Spark's tasks, whatever the environment says.
 */
final class Blas {
  private static final int ROW_MAJOR = openblas_nolapack.CblasRowMajor;
  private static final int PLAIN = openblas_nolapack.CblasNoTrans;
  private static final int TRANSPOSED = openblas_nolapack.CblasTrans;

  static {
    loadNatives();
    openblas_nolapack.blas_set_num_threads(1);
  }

  private static volatile FloatPointer ones = new FloatPointer(0);

  private Blas() {}

  /**
   * JavaCPP unpacks its libraries into one cache folder per user; executors that start together on
   * a host would race on it, so the first load happens under a file lock.
   */
  private static void loadNatives() {
    Path lockFile =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "narrows-natives-" + System.getProperty("user.name") + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid()) {
        Loader.load(openblas_nolapack.class);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + lockFile + " for unpacking the natives", e);
    }
  }

  /** {@code c[m, n] += a[m, k] b[k, n]}. */
  static void multiplyAdd(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    openblas_nolapack.cblas_sgemm(ROW_MAJOR, PLAIN, PLAIN, m, n, k, 1f, a, k, b, n, 1f, c, n);
  }

  /** {@code c[m, n] = a[m, k] b[k, n]}. */
  static void multiply(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    openblas_nolapack.cblas_sgemm(ROW_MAJOR, PLAIN, PLAIN, m, n, k, 1f, a, k, b, n, 0f, c, n);
  }

  /** {@code c[m, n] += a[k, m]' b[k, n]}. */
  static void multiplyLeftTransposedAdd(
      int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    openblas_nolapack.cblas_sgemm(ROW_MAJOR, TRANSPOSED, PLAIN, m, n, k, 1f, a, m, b, n, 1f, c, n);
  }

  /** {@code c[m, n] = a[m, k] b[n, k]'}. */
  static void multiplyRightTransposed(
      int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    openblas_nolapack.cblas_sgemm(ROW_MAJOR, PLAIN, TRANSPOSED, m, n, k, 1f, a, k, b, k, 0f, c, n);
  }

  /** {@code c[m, n] = a[k, m]' b[k, n]}. */
  static void multiplyLeftTransposed(
      int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    openblas_nolapack.cblas_sgemm(ROW_MAJOR, TRANSPOSED, PLAIN, m, n, k, 1f, a, m, b, n, 0f, c, n);
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
