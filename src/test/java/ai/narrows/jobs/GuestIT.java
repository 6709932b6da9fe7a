package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static ai.narrows.jobs.Scripts.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.narrows.SparkFixture;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Jobs in a JVM and on a Spark session of somebody else, as in a notebook or a JAR task: both are
 * afterwards what they were, and nothing ends the JVM.
 */
final class GuestIT extends SparkFixture {
  private static final List<Object> INPUT = List.of("--input", IMAGES, "--where", "index < 200");
  private static final List<Object> TRAINING =
      List.of(INPUT, "--epochs", 1, "--hidden", 8, "--latent", 2, "--workers", 2);

  @TempDir Path folder;

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  /** Whatever a job could change of a session, its context and its JVM, as text. */
  private Map<String, String> state() throws Exception {
    SparkContext context = spark.sparkContext();
    Map<String, String> state = new TreeMap<>();
    state.put("stopped", Boolean.toString(context.isStopped()));
    CollectionConverters.asJava(spark.conf().getAll())
        .forEach((key, value) -> state.put("runtime " + key, value));
    context
        .hadoopConfiguration()
        .forEach(entry -> state.put("hadoop " + entry.getKey(), entry.getValue()));
    Properties local = context.getLocalProperties();
    local.stringPropertyNames().forEach(key -> state.put("local " + key, local.getProperty(key)));
    state.put("checkpoints", context.getCheckpointDir().toString());
    state.put("persisted", context.getPersistentRDDs().toString());
    state.put("queries", List.of(spark.streams().active()).toString());
    state.put(
        "views",
        spark.catalog().listTables().select("name").collectAsList().toString()
            + spark.catalog().listTables("global_temp").select("name").collectAsList());
    state.put("active", SparkSession.getActiveSession().toString());
    state.put("default", SparkSession.getDefaultSession().toString());
    LoggerContext logging = (LoggerContext) LogManager.getContext(false);
    state.put("log", System.identityHashCode(logging.getConfiguration()) + "");
    logging
        .getConfiguration()
        .getLoggers()
        .forEach((name, logger) -> state.put("log of " + name, logger.getLevel().toString()));
    System.getProperties().forEach((key, value) -> state.put("system " + key, value.toString()));
    state.put("locales", Locale.getDefault() + " " + Locale.getDefault(Locale.Category.FORMAT));
    state.put("time zone", TimeZone.getDefault().getID());
    state.put("streams", System.out + " " + System.err);
    state.put("class loader", Thread.currentThread().getContextClassLoader().toString());
    state.put("handler", String.valueOf(Thread.getDefaultUncaughtExceptionHandler()));
    return state;
  }

  @Test
  void theSessionAndTheJvmStayAsTheyWere() throws Exception {
    spark.range(3).createOrReplaceTempView("mine");
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    spark.sparkContext().setJobGroup("my group", "my description", false);
    spark.sparkContext().setLocalProperty("my.property", "mine");
    Configurator.setLevel("org.apache.spark.executor.Executor", Level.FATAL);
    spark.listenerManager();
    spark.streams();
    Train.main(words(TRAINING, "--output", in("first"), "--report", in("first.html")));
    Map<String, String> before = state();
    List<?> listeners = List.copyOf(spark.sparkContext().listenerBus().listeners());

    Train.main(words(TRAINING, "--output", in("model"), "--report", in("page.html")));
    spark
        .read()
        .format("idx")
        .load(IMAGES.toString())
        .select("image")
        .limit(50)
        .write()
        .orc(in("without ids"));
    Score.main(
        words("--model-dir", in("model"), "--input", in("without ids"), "--output", in("scores")));
    Jobs.run("embed", words("--model-dir", in("model"), INPUT, "--output", in("embedded")));
    assertThatThrownBy(() -> Jobs.run("score", "--model-dir", in("none")))
        .isInstanceOf(JobException.class);

    Map<String, String> after = state();
    Map<String, String> gone = new TreeMap<>(before);
    gone.entrySet().removeAll(after.entrySet());
    after.entrySet().removeAll(before.entrySet());
    assertThat(after).isEmpty();
    assertThat(gone).isEmpty();
    // Those of sessions that are gone Spark takes away by itself.
    assertThat(listeners.containsAll(spark.sparkContext().listenerBus().listeners())).isTrue();
    assertThat(spark.read().parquet(in("scores")).count()).isEqualTo(50);
    assertThat(spark.table("mine").count()).isEqualTo(3);
    spark.sparkContext().clearJobGroup();
    spark.sparkContext().setLocalProperty("my.property", null);
  }

  /** A notebook has a session of its own beside the application's first one. */
  @Test
  void theActiveSessionIsTaken() {
    SparkSession other = spark.newSession();
    other.read().format("idx").load(IMAGES.toString()).limit(20).createOrReplaceTempView("theirs");
    SparkSession.setActiveSession(other);
    try {
      Jobs.run(
          "train",
          words(
              List.of("--input", "theirs", "--input-format", "table", "--epochs", 1),
              List.of("--hidden", 4, "--latent", 2, "--output", in("model"))));
      assertThat(SparkSession.getActiveSession().get()).isSameAs(other);
      assertThat(SparkSession.getDefaultSession().get()).isSameAs(spark);
    } finally {
      SparkSession.setActiveSession(spark);
    }
  }

  @Test
  void aContextWithoutASessionStays() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      Jobs.run("train", words(TRAINING, "--output", in("model")));
      assertThat(SparkSession.getDefaultSession().isDefined()).isFalse();
      assertThat(spark.sparkContext().isStopped()).isFalse();
    } finally {
      SparkSession.setDefaultSession(spark);
      SparkSession.setActiveSession(spark);
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Embed.class,
        Evaluate.class,
        Export.class,
        Generate.class,
        Pack.class,
        Report.class,
        SampleParts.class,
        Score.class,
        Threshold.class,
        Train.class
      })
  void failuresAreExceptions(Class<? extends Job> job) throws Exception {
    String name = "jobs/" + job.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1");
    name = name.toLowerCase(Locale.ROOT);
    JobException failure = catchThrowableOfType(JobException.class, () -> main(job, new String[0]));
    assertThat(failure)
        .hasMessageStartingWith(name + ": Missing required option")
        .hasMessageEndingWith(" (exit code 2)");
    assertThat(failure.exitCode()).isEqualTo(2);
    Ran help =
        Ran.of(
            () -> {
              main(job, new String[] {"--help"});
              return 0;
            });
    assertThat(help.out()).contains("Usage: " + name);
  }

  private static void main(Class<? extends Job> job, String[] args) {
    try {
      job.getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (java.lang.reflect.InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @Test
  void failuresSayWhatAndWhy() throws Exception {
    String nowhere = in("none");
    assertThatThrownBy(
            () ->
                Score.main(
                    words("--model-dir", nowhere, "--input", nowhere, "--output", in("scores"))))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "jobs/score: %s is not a Narrows model: it has no folder metadata (exit code 2)"
                .formatted(nowhere));
    assertThatThrownBy(() -> Jobs.run("trian"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no job 'trian': choose one of embed, evaluate, export, generate, pack,"
                + " report, sample-parts, score, threshold, train");
  }

  /** As of a thread of a notebook, or a web application, which does not know the jar. */
  @Test
  void theThreadsClassLoaderNeedNotKnowTheJar() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader other = new URLClassLoader(new URL[0], null)) {
      Map<String, ClassLoader> loaders = new HashMap<>();
      loaders.put("none", null);
      loaders.put("other", other);
      loaders.forEach(
          (name, loader) -> {
            thread.setContextClassLoader(loader);
            Jobs.run("train", words(TRAINING, "--output", in(name)));
            Jobs.run("score", words("--model-dir", in(name), INPUT, "--output", in(name + " s")));
            Ran evaluated =
                Ran.of(
                    () -> {
                      Jobs.run(
                          "evaluate",
                          words("--scores", in(name + " s"), "--anomalous", "label <> 1"));
                      return 0;
                    });
            assertThat(evaluated.out()).contains("\"auroc\"");
            assertThat(thread.getContextClassLoader()).isSameAs(loader);
          });
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
