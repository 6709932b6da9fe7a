package ai.narrows.distributed;

import org.apache.spark.SparkContext;

/**
 * Spark jobs with words for people: what Spark's UI says that they do. Whatever the thread's own
 * description was, it stands again afterwards.
 */
public final class Described {
  /** Where Spark keeps the description of the jobs that a thread starts. */
  public static final String PROPERTY = "spark.job.description";

  private Described() {}

  /** Jobs that find something out. */
  public interface Asking<T, E extends Exception> {
    /** What they have found out. */
    T get() throws E;
  }

  /** Jobs that do something. */
  public interface Doing<E extends Exception> {
    /** Runs them. */
    void run() throws E;
  }

  /** Gives what jobs have found out. */
  public static <T, E extends Exception> T get(
      SparkContext context, String words, Asking<T, E> jobs) throws E {
    String before = context.getLocalProperty(PROPERTY);
    context.setJobDescription(words);
    try {
      return jobs.get();
    } finally {
      context.setJobDescription(before);
    }
  }

  /** Runs jobs for what they do. */
  public static <E extends Exception> void run(SparkContext context, String words, Doing<E> jobs)
      throws E {
    get(
        context,
        words,
        () -> {
          jobs.run();
          return null;
        });
  }
}
