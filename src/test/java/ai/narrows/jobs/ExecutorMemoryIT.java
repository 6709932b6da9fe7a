package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executors of a gigabyte in all, heap and the rest, take for MNIST's number of images. */
@Tag("cluster")
final class ExecutorMemoryIT {
  private static final int IMAGES = 60_000;
  private static final int SIDE = 28;
  private static final int EXECUTORS = 2;
  private static final long MOST_KIB = 1 << 20;
  private static final long MINUTES = 5;
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");

  /** Where the executors of a local cluster have their copies of the jar. */
  private static final Path WORK = Scripts.ROOT.resolve("target/spark/work");

  @TempDir Path folder;
  private Set<Path> before;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "reads what Linux says of processes");
  }

  private static Set<Path> work() throws IOException {
    if (!Files.isDirectory(WORK)) {
      return Set.of();
    }
    try (Stream<Path> applications = Files.list(WORK)) {
      return applications.collect(Collectors.toSet());
    }
  }

  @BeforeEach
  void remember() throws IOException {
    before = work();
  }

  @AfterEach
  void removeCopies() throws IOException {
    Set<Path> added = new HashSet<>(work());
    added.removeAll(before);
    for (Path application : added) {
      try (Stream<Path> files = Files.walk(application)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Noise does no less to memory than clothes. */
  private Path images() throws IOException {
    Path file = folder.resolve("images-idx3-ubyte");
    Random random = new Random(1);
    byte[] image = new byte[SIDE * SIDE];
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (int header : new int[] {0x803, IMAGES, SIDE, SIDE}) {
        out.writeInt(header);
      }
      for (int i = 0; i < IMAGES; i++) {
        random.nextBytes(image);
        out.write(image);
      }
    }
    return file;
  }

  @Test
  void aGigabyteIsEnough() throws Exception {
    Path err = folder.resolve("err");
    Process driver =
        new Scripts(folder)
            .start(
                Map.of(),
                Scripts.script("train"),
                folder.resolve("out"),
                err,
                "--master",
                String.format(Locale.ROOT, "local-cluster[%d,1,1024]", EXECUTORS),
                "--driver-memory",
                "1g",
                "--executor-memory",
                "512m",
                "--conf",
                "spark.executor.defaultJavaOptions=-Dorg.bytedeco.javacpp.maxbytes=128m"
                    + " -Dorg.bytedeco.javacpp.maxphysicalbytes=1000m",
                "--conf",
                "spark.ui.enabled=false",
                "--",
                "--input",
                images(),
                "--epochs",
                2,
                "--validation-fraction",
                0.1,
                "--output",
                "model");
    Map<Long, Long> peaks = new HashMap<>(); // KiB that were resident at most, by process
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    try {
      while (!driver.waitFor(50, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
        driver.descendants().forEach(process -> look(process, peaks));
      }
      assertThat(driver.isAlive()).as("still running: " + Files.readString(err)).isFalse();
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
    }
    assertThat(driver.exitValue()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(err)).contains("Training on 48,600 images", "with 2 workers");
    assertThat(peaks).hasSize(EXECUTORS);
    assertThat(peaks.values()).allSatisfy(peak -> assertThat(peak).isLessThan(MOST_KIB));
  }

  /** Processes come and go: what is not there any more is not looked at. */
  private static void look(ProcessHandle process, Map<Long, Long> peaks) {
    try {
      // What an executor starts has its command line and memory until it becomes a program of its
      // own.
      if (isExecutor(process) && !process.parent().map(ExecutorMemoryIT::isExecutor).orElse(true)) {
        Matcher peak = PEAK.matcher(Files.readString(proc(process, "status")));
        if (peak.find()) {
          peaks.put(process.pid(), Long.parseLong(peak.group(1)));
        }
      }
    } catch (IOException e) {
      // gone
    }
  }

  private static boolean isExecutor(ProcessHandle process) {
    try {
      return Files.readString(proc(process, "cmdline")).contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false; // gone
    }
  }

  private static Path proc(ProcessHandle process, String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
