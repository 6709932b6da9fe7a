package io.narrows;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM as the test's own, with the same class path and Spark on two cores. */
public final class TestJvm {
  private TestJvm() {}

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
    command.addAll(List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
