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

/** A local session for the tests of a class, which {@link TestSpark} starts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SparkFixture {

  /** The session, on two cores of this machine. */
  protected SparkSession spark;

  /**
   * What Spark is set to besides, or otherwise; what is asked for here, other classes do not share.
   */
  protected Map<String, Object> sparkSettings() {
    return Map.of();
  }

  @BeforeAll
  void startSpark() {
    spark = TestSpark.enter(sparkSettings());
  }

  @AfterAll
  void leaveSpark() {
    TestSpark.leave(spark);
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
