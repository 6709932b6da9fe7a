package ai.narrows.jobs;

import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/** A user's own program that calls jobs; {@link PlatformsIT} puts it into a jar of its own. */
public final class Nightly {
  private Nightly() {}

  /**
   * A job without a session fails, one on a session works, and both leave the program running.
   *
   * @param args of {@code jobs/train}
   */
  public static void main(String[] args) {
    try {
      Train.main(Arrays.copyOf(args, 2)); // not all that it needs
    } catch (JobException e) {
      System.out.println("failed with " + e.exitCode());
    }
    SparkSession spark = SparkSession.builder().getOrCreate();
    Train.main(args);
    System.out.println("trained, and the session counts to " + spark.range(3).count());
    spark.stop();
  }
}
