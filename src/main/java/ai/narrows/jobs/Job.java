package ai.narrows.jobs;

import ai.narrows.compat.SupportedSpark;
import ai.narrows.jobs.console.Failure;
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
import java.util.Optional;
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

  /**
   * What a job's main method does. A driver that has done its work returns from there: on YARN one
   * that ends its JVM, with 0 as well, counts as failed.
   *
   * @throws JobException if it has not, in a JVM that is not the job's own
   */
  final void start(String... args) {
    Launch launch = Launch.ofCaller(getClass());
    if (launch != Launch.PROGRAM) {
      call(launch, args);
      return;
    }
    int exitCode = execute(launch, args);
    if (exitCode != DONE) {
      System.exit(exitCode);
    }
  }

  /** Parses, runs, reports; never throws and never exits the JVM, which is somebody else's. */
  final int execute(String... args) {
    return execute(Launch.GUEST, args);
  }

  private int execute(Launch launch, String... args) {
    PrintStream err = System.err;
    try {
      call(launch, args);
      return DONE;
    } catch (JobException e) {
      err.println(e.printed());
      if (verbose && e.getCause() != null) {
        e.getCause().printStackTrace(err);
      } else if (e.exitCode() == Failure.FAILED) {
        err.println("Run again with --verbose for the stack trace.");
      }
      return e.exitCode();
    }
  }

  /**
   * Parses and runs.
   *
   * @throws JobException if the job has not done its work
   */
  final void call(Launch launch, String... args) {
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
        return;
      }
      Need.check(needs(), command.getParseResult()::hasMatchedOption);
      check();
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(withJobs(before));
      try (Host host = Host.enter(launch, name.replace("jobs/", "narrows-"), verbose)) {
        runOn(host.spark(), host.progress(), LocalNames.of(command.getCommandSpec()));
      } finally {
        thread.setContextClassLoader(before);
      }
    } catch (ParameterException e) {
      String sentence = sentence(e) + " (" + name + " --help lists the options)";
      throw new JobException(name, new Failure(Failure.WRONG_INPUT, sentence), null);
    } catch (Throwable e) {
      throw new JobException(
          name, Failure.of(e, param -> optionOf(command.getCommandSpec(), param)), e);
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

  /**
   * Spark finds data sources by the thread's class loader, which need not know those of the jar.
   */
  private static ClassLoader withJobs(ClassLoader loader) {
    ClassLoader ours = Job.class.getClassLoader();
    try {
      return Class.forName(Job.class.getName(), false, loader) == Job.class ? loader : ours;
    } catch (ClassNotFoundException e) {
      return ours;
    }
  }

  private void runOn(SparkSession spark, Progress progress, LocalNames names) throws Exception {
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
