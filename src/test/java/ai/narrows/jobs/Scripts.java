package ai.narrows.jobs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The scripts in jobs/, run in a folder as a user runs them.
 *
 * @param folder where they run, and where what they print is kept
 */
public record Scripts(Path folder) {
  static final Path ROOT = Path.of("").toAbsolutePath();
  static final Path IMAGES = ROOT.resolve("data/fashion-mnist/t10k-images-idx3-ubyte.gz");
  private static final long MINUTES = 10;

  /** Skips the test where nothing is packaged. */
  static void needTheJar() {
    String jar = System.getProperty("narrows.sparkJar");
    assumeTrue(jar != null && Files.exists(Path.of(jar)), "runs in mvn verify, after package");
  }

  static Path script(String name) {
    return ROOT.resolve("jobs").resolve(name);
  }

  /** Arguments in a row, those of lists one by one; all methods here take lists as well. */
  public static String[] words(Object... args) {
    return flat(List.of(args)).toArray(String[]::new);
  }

  private static Stream<String> flat(Object arg) {
    return arg instanceof List<?> list
        ? list.stream().flatMap(Scripts::flat)
        : Stream.of(arg.toString());
  }

  Ran run(String job, Object... args) throws IOException, InterruptedException {
    return run(Map.of(), script(job), args);
  }

  /** Runs a script to its end; one that takes too long is ended with all that it has started. */
  Ran run(Map<String, String> environment, Path script, Object... args)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "stdout", "");
    Path err = Files.createTempFile(folder, "stderr", "");
    Process process = start(environment, script, out, err, args);
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Ran(
        process.waitFor(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** Starts only; whoever starts it ends it. */
  Process start(Map<String, String> environment, Path script, Path out, Path err, Object... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words(args)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeAll(List.of("SPARK_HOME", "MASTER", "NARROWS_JAR"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Copies a file, or the sources of a project without what was built from them. */
  static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file) && !file.startsWith(from.resolve("target"))) {
          Path copy = to.resolve(from.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    return to;
  }
}
