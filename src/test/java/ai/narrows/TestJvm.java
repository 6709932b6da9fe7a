package ai.narrows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** A JVM as the test's own, with the same class path and Spark on two cores. */
public final class TestJvm {
  /** The exit code of a process that was ended by SIGKILL. */
  public static final int KILLED = 128 + 9;

  private static final long SECONDS = 120;

  /** Where jobs/spark-class has its links to Spark's jars, and the build its archive of classes. */
  private static final Path SPARK = Path.of("target/spark").toAbsolutePath();

  private static final Path ARCHIVE =
      SPARK.resolve("classes-" + Runtime.version().feature() + ".jsa");

  private TestJvm() {}

  /**
   * Runs one that is to kill itself.
   *
   * @param options that tell {@link DyingFileSystem} when
   */
  public static void dies(Path log, List<String> options, Class<?> main, String... args)
      throws IOException, InterruptedException {
    Process process = start(log, options, main, args);
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(KILLED);
  }

  /**
   * Starts one; whoever starts it ends it.
   *
   * @param log what it prints
   * @param options for Java, such as {@code -Dkey=value}
   * @param main class to run
   */
  public static Process start(Path log, List<String> options, Class<?> main, String... args)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("java.home") + File.separator + "bin/java"));
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(arg -> arg.startsWith("--add-") || arg.startsWith("-X"))
            .toList());
    command.addAll(briefly());
    command.addAll(List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /**
   * For Java in a process that lives for some seconds: what the better compiler would gain it has
   * no time to earn, and classes come out of the archive that jobs/archive-classes has made.
   */
  public static List<String> briefly() {
    List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    if (Files.exists(ARCHIVE)) {
      options.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds*=off"));
    }
    return options;
  }

  /**
   * The test's own, in such a process. An archive serves a class path that begins with that of its
   * making, which is the one that Spark's launcher gives all processes of jobs/*.
   */
  public static String classPath() {
    String ours =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    if (!Files.exists(ARCHIVE)) {
      return ours;
    }
    String spark = SPARK.resolve("jars") + File.separator;
    return String.join(
        File.pathSeparator,
        SPARK.resolve("conf").toString(),
        spark + "slf4j-api-" + Logger.class.getPackage().getImplementationVersion() + ".jar",
        spark + "*",
        ours);
  }
}
