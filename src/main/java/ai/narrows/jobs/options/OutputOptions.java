package ai.narrows.jobs.options;

import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableOutput;
import ai.narrows.jobs.output.Written;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where a job's results go. */
public final class OutputOptions {
  /** Directory for the results. */
  @Option(
      names = "--output",
      order = 40,
      required = true,
      paramLabel = "DIR",
      description =
          "Directory for the results, which must not exist yet. It appears when all of them are written.")
  public String directory;

  /** Whether an earlier output is replaced. */
  @Option(
      names = "--overwrite",
      order = 42,
      description =
          "Replace the output of an earlier run. The old one goes when the new one is complete.")
  public boolean overwrite;

  /**
   * The output, refused here where it exists unasked for, or cannot be written.
   *
   * @param sources what is read meanwhile and must not be replaced
   */
  public Output open(Sources sources, Progress progress) {
    return Output.open("--output", directory, Written.DIRECTORY, overwrite, sources, progress);
  }

  /** The same output, kept aside under a stable name until a run has completed it. */
  public Output resume(Sources sources, Progress progress) {
    return Output.resume(directory, overwrite, sources, progress);
  }

  /**
   * Another output of the same job, which must lie outside the first and does not hold it.
   *
   * @param first the job's main output
   * @param option that names the other one
   * @param kind what the other one is
   */
  public Output beside(
      Output first, String option, String path, Written kind, Sources sources, Progress progress)
      throws IOException {
    first.keepOut(option, path);
    return beside(option, path, kind, sources, progress);
  }

  /** The same beside a table. */
  public Output beside(
      TableOutput first,
      String option,
      String path,
      Written kind,
      Sources sources,
      Progress progress)
      throws IOException {
    first.keepOut(option, path);
    return beside(option, path, kind, sources, progress);
  }

  private Output beside(
      String option, String path, Written kind, Sources sources, Progress progress)
      throws IOException {
    Output other = Output.open(option, path, kind, overwrite, sources, progress);
    other.keepOut("--output", directory);
    return other;
  }
}
