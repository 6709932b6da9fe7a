package ai.narrows.nn.kernels;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries of this JVM, loaded once. A class that fails to initialise says why only the
 * first time, and Spark tries its tasks again, so that the reason is kept.
 */
final class Natives {
  private static final Logger LOG = LoggerFactory.getLogger(Natives.class);

  /** Switches oneDNN off where it cannot be loaded; the last bits of results are others then. */
  private static final String ONE_DNN_PROPERTY = "narrows.oneDnn";

  /** Whether oneDNN multiplies. */
  static final boolean ONE_DNN;

  private static final NativesException FAILURE; // null where there is none

  static {
    boolean oneDnn = false;
    NativesException failure = null;
    try {
      oneDnn = load();
    } catch (NativesException e) {
      failure = e;
    }
    ONE_DNN = oneDnn;
    FAILURE = failure;
  }

  private Natives() {}

  /**
   * Makes sure that they are there.
   *
   * @throws NativesException if they cannot be loaded
   */
  static void require() {
    if (FAILURE != null) {
      throw new NativesException(FAILURE.getMessage(), FAILURE);
    }
  }

  /**
   * JavaCPP unpacks its libraries into one folder per user; executors that start together on a host
   * would race on it, so the first load happens under a file lock, and one class loader at a time.
   */
  private static boolean load() {
    synchronized (Runtime.getRuntime()) { // as JavaCPP does, whichever class loader it is from
      Path folder = folder();
      Path lockFile = folder.resolve("narrows.lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Loader.load(openblas_nolapack.class);
        openblas_nolapack.blas_set_num_threads(1);
        return lock.isValid() && loadOneDnn(folder);
      } catch (IOException e) {
        throw new NativesException(
            "the native libraries cannot be unpacked: %s cannot be locked (%s); %s"
                .formatted(lockFile, e.getMessage(), NativeFolder.REMEDY),
            e);
      } catch (LinkageError e) {
        throw new NativesException(sentence(e, folder), e);
      }
    }
  }

  /**
   * The folder that JavaCPP uses. It reads its property once, so another library's choice stays.
   */
  private static Path folder() {
    Path folder = NativeFolder.choose(System.getProperties(), NativeFolder.mounts());
    String before = System.getProperty(NativeFolder.PROPERTY);
    System.setProperty(NativeFolder.PROPERTY, folder.toString());
    try {
      Path used = Loader.getCacheDir().toPath().toAbsolutePath();
      LOG.debug("Native libraries are unpacked into {}", used);
      return used;
    } catch (IOException e) {
      throw new NativesException(
          "the native libraries cannot be unpacked into %s: %s; %s"
              .formatted(folder, e.getMessage(), NativeFolder.REMEDY),
          e);
    } finally {
      if (before == null) {
        System.clearProperty(NativeFolder.PROPERTY);
      }
    }
  }

  private static boolean loadOneDnn(Path folder) {
    String natives = "/org/bytedeco/dnnl/linux-x86_64/libjnidnnl.so";
    if (!Loader.getPlatform().equals("linux-x86_64")
        || Natives.class.getResource(natives) == null
        || System.getProperty(ONE_DNN_PROPERTY, "true").equals("false")) {
      return false;
    }
    if (OpenMp.isTaken()) {
      LOG.warn(
          "Another library has loaded OpenMP and may have set it up for several threads: OpenBLAS multiplies"
              + " matrices, not oneDNN. OMP_NUM_THREADS=1 in the environment of driver and executors prevents it");
      return false;
    }
    try {
      return OpenMp.loadForOneThread(() -> Loader.load(dnnl.class)) != null;
    } catch (LinkageError e) {
      throw new NativesException(
          sentence(e, folder)
              + "; -D"
              + ONE_DNN_PROPERTY
              + "=false computes without oneDNN, with other last bits",
          e);
    }
  }

  private static String sentence(LinkageError e, Path folder) {
    Path source = null;
    try {
      source = Path.of(Loader.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (Exception unknown) { // then it is not named
      LOG.debug("JavaCPP comes from nowhere", unknown);
    }
    String javaCpp = Artifact.of("JavaCPP", "org.bytedeco", "javacpp");
    return LinkFailure.sentence(
        e, folder, Loader.getPlatform(), isMusl(), source == null ? javaCpp : source.toString());
  }

  private static boolean isMusl() {
    try (DirectoryStream<Path> loaders =
        Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*.so*")) {
      return loaders.iterator().hasNext() && !Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"));
    } catch (IOException e) {
      return false;
    }
  }
}
