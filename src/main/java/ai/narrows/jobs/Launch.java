package ai.narrows.jobs;

import java.util.List;
import java.util.Set;
import org.apache.spark.SparkContext$;

/**
 * Who has called a job's main method, and so what the job may do with the JVM. A managed platform,
 * a notebook or another program calls it in a JVM of its own, which the job must leave as it is.
 */
enum Launch {
  /** The job is this JVM's program: it sets up the log, and ends the JVM with its exit code. */
  PROGRAM,

  /**
   * Spark has started this JVM for the job, but ends it itself, as YARN's application master does:
   * the job sets up the log, and a failure is an exception.
   */
  DRIVER,

  /** The JVM is somebody else's: a failure is an exception, and everything else stays. */
  GUEST;

  private static final String SPARK = "org.apache.spark.deploy.";
  private static final String YARN = SPARK + "yarn.ApplicationMaster";

  /** Spark's mains that do nothing behind the job's main method but end. */
  private static final Set<String> SPARKS_MAINS =
      Set.of(SPARK + "SparkSubmit.main", SPARK + "worker.DriverWrapper.main");

  /** What calls the job's main method in them. */
  private static final Set<String> SPARKS_CALLERS =
      Set.of(SPARK + "JavaMainApplication.start", SPARK + "worker.DriverWrapper.main");

  /** Of a main method, which calls this one. */
  static Launch ofCaller(Class<?> main) {
    String name = main.getName() + ".main";
    List<String> callers =
        StackWalker.getInstance() // leaves out the frames of reflection
            .walk(
                frames ->
                    frames
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .dropWhile(frame -> !frame.equals(name))
                        .skip(1)
                        .toList());
    return of(callers, sparkRuns());
  }

  /** Whether this JVM has a Spark context, with or without a session. */
  static boolean sparkRuns() {
    return SparkContext$.MODULE$.getActive().isDefined();
  }

  /**
   * The same.
   *
   * @param callers of the main method, classes with methods, the nearest first
   * @param sparkRuns whether a Spark context was there before the job
   */
  static Launch of(List<String> callers, boolean sparkRuns) {
    if (sparkRuns) {
      return GUEST;
    }
    if (callers.isEmpty()) {
      return PROGRAM; // java -cp ...
    }
    String caller = callers.get(0);
    String first = callers.get(callers.size() - 1);
    if (SPARKS_CALLERS.contains(caller) && SPARKS_MAINS.contains(first)) {
      return PROGRAM;
    }
    return caller.startsWith(YARN) && first.startsWith(YARN) ? DRIVER : GUEST;
  }
}
