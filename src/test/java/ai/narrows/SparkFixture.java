package ai.narrows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.InputException;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import scala.Option;

/** A local session for the tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SparkFixture {

  /** The session, on two cores of this machine. */
  protected SparkSession spark;

  /** What Spark is set to besides, or otherwise. */
  protected Map<String, Object> sparkSettings() {
    return Map.of();
  }

  /** Ends the session that another class has left running: its settings would stand. */
  public static void stopOthers() {
    Option<SparkSession> left = SparkSession.getDefaultSession();
    if (left.isDefined()) {
      left.get().stop();
    }
  }

  @BeforeAll
  void startSpark() {
    stopOthers();
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName(getClass().getSimpleName())
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config(sparkSettings())
            .getOrCreate();
  }

  @AfterAll
  void stopSpark() {
    spark.stop();
  }

  /** Asserts an InputException of this message, thrown as it is or wrapped by Spark. */
  protected static void assertRefused(ThrowingCallable work, String message) {
    Throwable failure = Assertions.catchThrowable(work);
    assertThat(failure).isNotNull();
    assertThat(InputException.in(failure))
        .get()
        .extracting(Throwable::getMessage)
        .isEqualTo(message);
  }
}
