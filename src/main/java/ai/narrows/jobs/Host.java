package ai.narrows.jobs;

import ai.narrows.jobs.console.Logs;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.output.LocalNames;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The Spark session that a job works on: the thread's active one, else the JVM's default one, else
 * one of its own. Closing it restores the settings of a session and a JVM that are not the job's.
 */
final class Host implements AutoCloseable {
  /**
   * What Spark is set to where the job starts it and the user does not say otherwise: weights go
   * back to the driver with the task's end instead of in a second request, and are not compressed,
   * which they cannot be. Of Parquet and ORC files 64 rows are read at a time: Spark's 4096 were
   * 800 MB of images of 256x256x3. Executors number the files that Spark writes in the digits 0 to
   * 9, whatever the locale of their machine.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.task.maxDirectResultSize", "64m",
          "spark.broadcast.compress", "false",
          "spark.sql.parquet.columnarReaderBatchSize", "64",
          "spark.sql.orc.columnarReaderBatchSize", "64",
          "spark.executor.defaultJavaOptions", "-Duser.language.format=en");

  private static final String CHILD_FIRST = "spark.executor.userClassPathFirst";

  private final Locale locale = Locale.getDefault(Locale.Category.FORMAT);
  private final SparkSession spark;
  private final Progress progress;
  private final Runnable leave;

  private Host(SparkSession spark, Progress progress, Runnable leave) {
    this.spark = spark;
    this.progress = progress;
    this.leave = leave;
    if (!String.format(locale, "%d", 0).equals("0")) {
      Locale.setDefault(
          Locale.Category.FORMAT, Locale.ROOT); // of the names that Spark gives to files
    }
  }

  /**
   * The session for a job.
   *
   * @param appName of an application that the job starts
   * @throws IllegalArgumentException if there is no session and no Spark to start one on
   */
  static Host enter(Launch launch, String appName, boolean verbose) {
    if (launch != Launch.GUEST && !verbose) {
      Logs.quiet();
    }
    SparkConf conf = new SparkConf();
    Progress progress = progress(launch, verbose, conf);
    Optional<SparkSession> running =
        Stream.of(SparkSession.getActiveSession(), SparkSession.getDefaultSession())
            .filter(Option::isDefined)
            .<SparkSession>map(Option::get)
            .filter(session -> !session.sparkContext().isStopped())
            .findFirst();
    if (conf.getBoolean(CHILD_FIRST, false)
        && conf.get("spark.master", "").matches("local(\\[.*)?")) {
      throw new IllegalArgumentException(
          CHILD_FIRST
              + " loads every class twice where driver and executor share a JVM: leave it out with master "
              + conf.get("spark.master"));
    }
    if (running.isPresent()) {
      return new Host(running.get(), progress, keepSettings(running.get()));
    }
    if (Launch.sparkRuns()) { // a context without a session
      SparkSession session = SparkSession.builder().getOrCreate();
      return new Host(session, progress, Host::forgetSession);
    }
    if (!conf.contains("spark.master")) {
      throw new IllegalArgumentException(
          "no Spark master is set: start this job through spark-submit or the scripts in jobs/");
    }
    SparkSession.Builder builder = SparkSession.builder().appName(appName);
    SETTINGS.forEach((key, value) -> builder.config(key, conf.get(key, value)));
    LocalNames.settings().forEach((key, value) -> builder.config(key, conf.get(key, value)));
    SparkSession session = builder.getOrCreate();
    return new Host(session, progress, session::stop);
  }

  /** Bars are for a terminal of the job's own; they would be torn by Spark's log, and its bars. */
  private static Progress progress(Launch launch, boolean verbose, SparkConf conf) {
    return launch == Launch.GUEST
            || verbose
            || conf.getBoolean("spark.ui.showConsoleProgress", false)
        ? Progress.inLines()
        : Progress.withBars();
  }

  /** Puts back what a job sets in the session. */
  private static Runnable keepSettings(SparkSession session) {
    String key = InputOptions.MIN_PIECES;
    Option<String> before = session.conf().getOption(key);
    return () -> {
      if (before.isDefined()) {
        session.conf().set(key, before.get());
      } else {
        session.conf().unset(key);
      }
    };
  }

  private static void forgetSession() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }

  SparkSession spark() {
    return spark;
  }

  Progress progress() {
    return progress;
  }

  @Override
  public void close() {
    progress.close();
    Locale.setDefault(Locale.Category.FORMAT, locale);
    leave.run();
  }
}
