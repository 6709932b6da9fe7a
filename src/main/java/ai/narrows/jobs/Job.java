package ai.narrows.jobs;

import ai.narrows.compat.SupportedSpark;
import ai.narrows.jobs.console.Failure;
import ai.narrows.jobs.console.Logs;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.console.TaskBars;
import ai.narrows.jobs.options.ConfigFile;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.options.SparkOptions;
import ai.narrows.jobs.output.LocalNames;
import ai.narrows.jobs.output.Sources;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A command for {@code spark-submit}: options, one run on a Spark session, an exit code (0 done, 2
 * wrong usage or input, 1 failed).
 */
abstract class Job {
  static final int DONE = 0;

  /**
   * What Spark is set to where the user does not say otherwise: weights go back to the driver with
   * the task's end instead of in a second request, and are not compressed, which they cannot be. Of
   * Parquet and ORC files 64 rows are read at a time: Spark's 4096 were 800 MB of images of
   * 256x256x3. Executors number the files that Spark writes in the digits 0 to 9, whatever the
   * locale of their machine.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.task.maxDirectResultSize", "64m",
          "spark.broadcast.compress", "false",
          "spark.sql.parquet.columnarReaderBatchSize", "64",
          "spark.sql.orc.columnarReaderBatchSize", "64",
          "spark.executor.defaultJavaOptions", "-Duser.language.format=en");

  @Option(
      names = "--config",
      order = 90,
      paramLabel = "FILE",
      description =
          "Java properties file with options: the keys are long option names without dashes. What stands on the command"
              + " line wins.")
  String config;

  @Option(
      names = "--verbose",
      order = 91,
      description = "Show Spark's log, and the stack trace of a failure.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      order = 92,
      usageHelp = true,
      description = "Show this text and stop.")
  boolean help;

  /** Adds options that are known only at run time. */
  void addOptions(CommandSpec spec) {}

  /** Lets a job do without options that others must have; their values are null then. */
  static void optional(CommandSpec spec, String... names) {
    for (String name : names) {
      OptionSpec required = spec.findOption(name);
      spec.remove(required);
      spec.addOption(required.toBuilder().required(false).build());
    }
  }

  /** Which options act only where something else is given or left out; all others always do. */
  List<Need> needs() {
    return List.of();
  }

  /**
   * Checks what can be checked before Spark starts.
   *
   * @throws IllegalArgumentException in one clear sentence
   */
  void check() {}

  /** What the job reads, to begin with: its options. */
  final Sources sources(SparkSession spark) {
    Sources sources = new Sources(spark.sessionState().newHadoopConf());
    return config == null ? sources : sources.addFile(java.nio.file.Path.of(config));
  }

  /** Does the work. Results go to files or standard output, everything else to {@code progress}. */
  abstract void run(SparkSession spark, Progress progress) throws Exception;

  /** Parses, runs, reports; never throws and never exits the JVM. */
  final int execute(String... args) {
    PrintStream err = System.err;
    CommandLine command = commandLine();
    String name = command.getCommandName();
    try {
      SupportedSpark.check();
      List<String> given = Arrays.asList(args);
      SparkOptions.refuse(command.getCommandSpec(), args);
      boolean wantsHelp = given.contains("--help") || given.contains("-h");
      String[] words = wantsHelp ? args : ConfigFile.expand(command.getCommandSpec(), args);
      LocalNames.checkDecoded(words);
      command.parseArgs(words);
      if (command.isUsageHelpRequested()) {
        command.usage(System.out);
        return DONE;
      }
      Need.check(needs(), command.getParseResult()::hasMatchedOption);
      check();
      runOnSpark(name.replace("jobs/", "narrows-"), LocalNames.of(command.getCommandSpec()));
      return DONE;
    } catch (ParameterException e) {
      err.println(name + ": " + sentence(e) + " (" + name + " --help lists the options)");
      return Failure.WRONG_INPUT;
    } catch (Throwable e) {
      Failure failure = Failure.of(e, param -> optionOf(command.getCommandSpec(), param));
      err.println(name + ": " + failure.sentence());
      if (verbose) {
        e.printStackTrace(err);
      } else if (failure.exitCode() == Failure.FAILED) {
        err.println("Run again with --verbose for the stack trace.");
      }
      return failure.exitCode();
    }
  }

  /**
   * What a job's main method ends with. A driver that has done its work returns from there: on YARN
   * one that ends its JVM, with 0 as well, counts as failed.
   */
  static void exit(int exitCode) {
    if (exitCode != DONE) {
      System.exit(exitCode);
    }
  }

  private CommandLine commandLine() {
    CommandLine command = new CommandLine(this);
    addOptions(command.getCommandSpec());
    command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionList());
    return command
        .setUsageHelpWidth(110)
        .setUsageHelpLongOptionsMaxWidth(34)
        .setAbbreviatedOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** A job's option for a param, if it has one. */
  static Optional<String> optionOf(CommandSpec spec, String param) {
    return Optional.of(ParamOptions.optionOf(param))
        .filter(option -> spec.findOption(option) != null);
  }

  private void runOnSpark(String appName, LocalNames names) throws Exception {
    if (!verbose) {
      Logs.quiet();
    }
    boolean ours = SparkSession.getDefaultSession().isEmpty();
    SparkConf conf = new SparkConf();
    if (ours && !conf.contains("spark.master")) {
      throw new IllegalArgumentException(
          "no Spark master is set: start this job through spark-submit or the scripts in jobs/");
    }
    SparkSession.Builder builder = SparkSession.builder().appName(appName);
    if (ours) {
      SETTINGS.forEach((key, value) -> builder.config(key, conf.get(key, value)));
      LocalNames.settings().forEach((key, value) -> builder.config(key, conf.get(key, value)));
    }
    SparkSession spark = builder.getOrCreate();
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(
        Locale.Category.FORMAT, Locale.ROOT); // of the names that Spark gives to files
    try (Progress progress = progress(conf)) {
      TaskBars bars = new TaskBars(progress);
      if (progress.hasBars()) {
        spark.sparkContext().addSparkListener(bars);
      }
      try {
        names.check(spark);
        run(spark, progress);
      } finally {
        spark.sparkContext().removeSparkListener(bars);
      }
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
      if (ours) {
        spark.stop();
      }
    }
  }

  /** Bars would be torn by Spark's log, and by its own bars. */
  private Progress progress(SparkConf conf) {
    return verbose || conf.getBoolean("spark.ui.showConsoleProgress", false)
        ? Progress.inLines()
        : Progress.withBars();
  }

  /** picocli's message, and what was probably meant. */
  private static String sentence(ParameterException e) {
    String message = e.getMessage().strip();
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      return suggestions.isEmpty()
          ? message
          : message + ", did you mean " + suggestions.get(0) + "?";
    }
    return message;
  }
}
