package io.narrows.jobs;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Where a job's results go. */
final class OutputOptions {
  @Option(
      names = "--output",
      order = 40,
      required = true,
      paramLabel = "DIR",
      description =
          "Directory for the results, which must not exist yet. It appears when all of them are written.")
  String directory;

  @Option(
      names = "--overwrite",
      order = 42,
      description =
          "Replace the output of an earlier run. The old one goes when the new one is complete.")
  boolean overwrite;

  /**
   * The output, refused here where it exists unasked for.
   *
   * @param inputs what is read meanwhile and must not be replaced
   */
  Output open(Configuration hadoop, Iterable<String> inputs, Progress progress) {
    return Output.open(directory, overwrite, hadoop, inputs, progress);
  }

  /** The same output, kept aside under a stable name until a run has completed it. */
  Output resume(Configuration hadoop, Iterable<String> inputs, Progress progress) {
    return Output.resume(directory, overwrite, hadoop, inputs, progress);
  }

  /**
   * Another output of the same job, which must lie outside the first and does not hold it.
   *
   * @param first the job's main output
   * @param option that names the other one
   */
  Output beside(
      Output first,
      String option,
      String path,
      Configuration hadoop,
      Iterable<String> inputs,
      Progress progress)
      throws IOException {
    first.keepOut(option, path);
    return beside(path, hadoop, inputs, progress);
  }

  /** The same beside a table. */
  Output beside(
      TableOutput first,
      String option,
      String path,
      Configuration hadoop,
      Iterable<String> inputs,
      Progress progress)
      throws IOException {
    first.keepOut(option, path);
    return beside(path, hadoop, inputs, progress);
  }

  private Output beside(
      String path, Configuration hadoop, Iterable<String> inputs, Progress progress)
      throws IOException {
    Output other = Output.open(path, overwrite, hadoop, inputs, progress);
    other.keepOut("--output", directory);
    return other;
  }
}
