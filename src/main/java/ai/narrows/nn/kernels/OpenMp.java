package ai.narrows.nn.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * OpenMP's runtime of this process, which oneDNN shares with whatever else needs one. How many
 * threads each caller's work is divided among it reads from the environment when it is loaded.
 */
final class OpenMp {
  private static final String THREADS = "OMP_NUM_THREADS";

  /** Set where the runtime was loaded for one thread, by these classes in any class loader. */
  private static final String SET_UP = "ai.narrows.openmp.threads";

  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final Pattern RUNTIME =
      Pattern.compile("/lib(gomp|iomp5|omp)[-.\\w]*\\.so[.0-9]*");

  /** What C may still read: an environment is never given back. */
  private static final List<Pointer> ENVIRONMENT = new ArrayList<>();

  private OpenMp() {}

  /** Whether it is there already, and may have been set up for several threads. */
  static boolean isTaken() {
    if ("1".equals(System.getProperty(SET_UP)) || "1".equals(System.getenv(THREADS))) {
      return false;
    }
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.anyMatch(line -> RUNTIME.matcher(line).find());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Loads libraries that bring the runtime, which then divides nothing. C's environment is
   * afterwards what it was, so that processes and other libraries see nothing of it.
   */
  static <T> T loadForOneThread(Supplier<T> loading) {
    Pointer symbol = Loader.addressof("environ");
    PointerPointer<BytePointer> environ = new PointerPointer<>(symbol);
    Pointer before = environ.get();
    List<Pointer> entries = new ArrayList<>();
    if (before != null) {
      PointerPointer<BytePointer> all = new PointerPointer<>(before);
      for (int i = 0; all.get(i) != null; i++) {
        Pointer entry = all.get(i);
        if (!new BytePointer(entry).getString().startsWith(THREADS + "=")) {
          entries.add(entry);
        }
      }
    }
    BytePointer one = new BytePointer(THREADS + "=1");
    entries.add(one);
    entries.add(null); // the end
    PointerPointer<Pointer> ours = new PointerPointer<>(entries.toArray(Pointer[]::new));
    ENVIRONMENT.add(one);
    ENVIRONMENT.add(ours);
    environ.put(ours);
    try {
      T loaded = loading.get();
      System.setProperty(SET_UP, "1");
      return loaded;
    } finally {
      Pointer now = environ.get();
      if (now != null && now.address() == ours.address()) { // nobody has changed it since
        environ.put(before);
      }
    }
  }
}
