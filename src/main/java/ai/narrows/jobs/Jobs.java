package ai.narrows.jobs;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The jobs for callers in Java, Scala or a notebook: {@code Jobs.run("train", "--input", "images",
 * "--output", "model")}. The thread's active Spark session is used and stays as it was; without
 * one, Spark is started and stopped. Nothing here ends the JVM.
 */
public final class Jobs {
  private static final Map<String, Supplier<Job>> JOBS =
      new TreeMap<>(
          Map.of(
              "embed", Embed::new,
              "evaluate", Evaluate::new,
              "export", Export::new,
              "generate", Generate::new,
              "pack", Pack::new,
              "report", Report::new,
              "sample-parts", SampleParts::new,
              "score", Score::new,
              "threshold", Threshold::new,
              "train", Train::new));

  private Jobs() {}

  /**
   * Runs a job to its end.
   *
   * @param job name of a script in {@code jobs/}, such as {@code train}
   * @param options of the job, as on its command line
   * @throws JobException if the job has not done its work; its message says why in one sentence
   * @throws IllegalArgumentException if there is no such job
   */
  public static void run(String job, String... options) {
    Supplier<Job> known = JOBS.get(job);
    if (known == null) {
      throw new IllegalArgumentException(
          "there is no job '" + job + "': choose one of " + String.join(", ", JOBS.keySet()));
    }
    known.get().call(Launch.GUEST, options);
  }
}
