package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** The options of spark-submit, which people also give where a job's own belong. */
public final class SparkOptions {
  /** Those with a value. */
  public static final Set<String> WITH_VALUE =
      Set.of(
          "--archives",
          "--class",
          "--conf",
          "--deploy-mode",
          "--driver-class-path",
          "--driver-cores",
          "--driver-default-class-path",
          "--driver-java-options",
          "--driver-library-path",
          "--driver-memory",
          "--exclude-packages",
          "--executor-cores",
          "--executor-memory",
          "--files",
          "--jars",
          "--keytab",
          "--kill",
          "--master",
          "--name",
          "--num-executors",
          "--packages",
          "--principal",
          "--properties-file",
          "--proxy-user",
          "--py-files",
          "--queue",
          "--remote",
          "--repositories",
          "--status",
          "--total-executor-cores");

  /** Those without one. */
  public static final Set<String> SWITCHES =
      Set.of("--load-spark-defaults", "--supervise", "--usage-error", "--version");

  private SparkOptions() {}

  /**
   * Refuses them, and says where they go.
   *
   * @throws InputException with the command as it ought to be
   */
  public static void refuse(CommandSpec spec, String... args) {
    List<String> misplaced = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i].replaceFirst("=.*", "");
      if (spec.findOption(name) != null
          || !(WITH_VALUE.contains(name) || SWITCHES.contains(name))) {
        rest.add(args[i]);
        continue;
      }
      misplaced.add(args[i]);
      if (WITH_VALUE.contains(args[i]) && i + 1 < args.length) {
        misplaced.add(args[++i]);
      }
    }
    if (!misplaced.isEmpty()) {
      throw new InputException(
          misplaced.get(0).replaceFirst("=.*", "")
              + " is an option of spark-submit, which goes before a lone --: "
              + spec.name()
              + " "
              + String.join(" ", misplaced)
              + " -- "
              + (rest.isEmpty() ? "..." : rest.get(0) + " ..."));
    }
  }
}
