package ai.narrows.nn.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** One thread a caller, and no trace of how that was come by. */
final class OpenMpTest {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** Threads that OpenMP starts have the name of the one that multiplies. */
  private static int threads(String name) throws IOException {
    int found = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        try {
          found += Files.readString(task.resolve("comm")).strip().equals(name) ? 1 : 0;
        } catch (IOException e) { // it has ended
          assertThat(task).doesNotExist();
        }
      }
    }
    return found;
  }

  @Test
  void aProductIsNotDivided() throws Exception {
    Assumptions.assumeTrue(Blas.ONE_DNN);
    AtomicLong found = new AtomicLong();
    Thread multiplier =
        new Thread(
            () -> {
              int n = 512;
              FloatPointer a = new FloatPointer((long) n * n).zero();
              FloatPointer c = new FloatPointer((long) n * n).zero();
              Blas.multiply(n, n, n, a, a, c);
              try {
                found.set(threads("multiplier"));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            "multiplier");
    multiplier.start();
    multiplier.join();
    assertThat(found.get()).isEqualTo(1);
  }

  @Test
  void processesThatAreStartedSeeNothingOfIt() throws Exception {
    Assumptions.assumeTrue(Blas.ONE_DNN);
    String ours = System.getenv("OMP_NUM_THREADS");
    Process env = new ProcessBuilder("sh", "-c", "echo \"$OMP_NUM_THREADS\"").start();
    assertThat(new String(env.getInputStream().readAllBytes(), UTF_8).strip())
        .isEqualTo(ours == null ? "" : ours);
  }
}
