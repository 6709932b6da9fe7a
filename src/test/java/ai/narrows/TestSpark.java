package ai.narrows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The Spark of this JVM. Classes that ask for the same settings share one context, which costs
 * seconds to start, and each has a session of its own within it: views, functions and settings are
 * a session's, so that no class sees those of another.
 */
public final class TestSpark {
  private static final String MASTER = "spark.master";

  /** What every context is set to, unless a class asks otherwise; nobody looks at its past. */
  private static final Map<String, Object> SETTINGS =
      Map.of(
          MASTER,
          "local[2]",
          "spark.app.name",
          "tests",
          "spark.ui.enabled",
          false,
          "spark.sql.shuffle.partitions",
          2,
          "spark.sql.artifact.isolation.enabled", // else compiling plans asks the driver for
          // classes
          false,
          "spark.ui.retainedJobs",
          20,
          "spark.ui.retainedStages",
          20,
          "spark.ui.retainedTasks",
          1000,
          "spark.sql.ui.retainedExecutions",
          20);

  private static Map<String, Object> running = Map.of();
  private static SparkSession first;

  private TestSpark() {}

  /** A session for a test class, and the default of this JVM until {@link #leave}. */
  public static SparkSession enter() {
    return enter(Map.of());
  }

  /**
   * The same.
   *
   * @param more that Spark is set to besides, or otherwise
   */
  public static SparkSession enter(Map<String, Object> more) {
    Map<String, Object> settings = new TreeMap<>(SETTINGS);
    settings.putAll(more);
    if (first == null || first.sparkContext().isStopped() || !settings.equals(running)) {
      stop();
      first = SparkSession.builder().config(settings).getOrCreate();
      running = settings;
    }
    SparkSession session = first.newSession();
    SparkSession.setDefaultSession(session);
    SparkSession.setActiveSession(session);
    return session;
  }

  /** Ends whatever session runs in this JVM: its settings would stand. */
  public static void stop() {
    Option<SparkSession> left = SparkSession.getDefaultSession();
    if (left.isDefined()) {
      left.get().stop();
    }
    if (first != null) {
      first.stop();
      first = null;
    }
    SparkSession.clearDefaultSession();
    SparkSession.clearActiveSession();
  }

  /** Ends what a class has left running or kept, and asserts that Narrows itself keeps nothing. */
  public static void leave(SparkSession session) {
    SparkContext context = session.sparkContext();
    if (context.isStopped()) {
      return;
    }
    stop(session.streams().active());
    session.catalog().clearCache();
    context.setJobDescription(null);
    List<String> kept =
        CollectionConverters.asJava(context.getPersistentRDDs()).values().stream()
            .map(Object::toString)
            .filter(rdd -> !rdd.startsWith("Delta Table State")) // Delta's own, of its tables
            .toList();
    assertThat(kept).as("RDDs that are still persisted").isEmpty();
    assertThat(context.listenerBus().listeners())
        .as("listeners")
        .noneMatch(listener -> listener.getClass().getName().startsWith("ai.narrows."));
  }

  private static void stop(StreamingQuery... queries) {
    try {
      for (StreamingQuery query : queries) {
        query.stop();
      }
    } catch (TimeoutException e) {
      throw new AssertionError("a stream that does not end", e);
    }
  }
}
