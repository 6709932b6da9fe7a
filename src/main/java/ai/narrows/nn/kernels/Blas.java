package ai.narrows.nn.kernels;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(Blas.class);
  static final boolean ONE_DNN = loadNatives();

  private static volatile FloatPointer ones = new FloatPointer(0);

  private Blas() {}

  /**
   * JavaCPP unpacks its libraries into one cache folder per user; executors that start together on
   * a host would race on it, so the first load happens under a file lock.
   *
   * @return whether oneDNN is there
   */
  private static boolean loadNatives() {
    Path lockFile =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "narrows-natives-" + System.getProperty("user.name") + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      Loader.load(openblas_nolapack.class);
      openblas_nolapack.blas_set_num_threads(1);
      return lock.isValid() && loadOneDnn();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + lockFile + " for unpacking the natives", e);
    }
  }

  private static boolean loadOneDnn() {
    if (!Loader.getPlatform().equals("linux-x86_64")) {
      return false;
    }
    try {
      System.setProperty("jna.nosys", "true"); // another version of its natives is an Error
      // Read once, when the first library with OpenMP is loaded.
      NativeLibrary.getInstance("c")
          .getFunction("setenv")
          .invokeInt(new Object[] {"OMP_NUM_THREADS", "1", 1});
      Path folder = Path.of(Loader.load(dnnl.class)).getParent();
      int threads =
          NativeLibrary.getInstance(folder.resolve("libdnnl.so.2").toString())
              .getFunction("omp_get_max_threads")
              .invokeInt(new Object[0]);
      if (threads == 1) {
        return true;
      }
      LOG.warn(
          "Another library has set OpenMP up for {} threads: OpenBLAS multiplies matrices, not oneDNN",
          threads);
    } catch (LinkageError e) { // not on the class path, or cannot be unpacked
      LOG.warn("OpenBLAS multiplies matrices, not oneDNN: {}", e.toString());
    }
    return false;
  }

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
