package ai.narrows.jobs;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ModelOptions;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.ScoresOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.FittedAutoencoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** One HTML page about a model and what it says of images. */
@Command(
    name = "jobs/report",
    sortOptions = false,
    header = "Writes an HTML page about a model, its scores and its images.",
    description =
        "%nThe page is one file that needs no network. It shows how training went; with --input or --scores the"
            + " distribution of the scores; with --anomalous how well they tell anomalous images from normal ones; with"
            + " --input the most anomalous, the borderline and the most normal images and the latent space; of a"
            + " variational autoencoder what it generates. With --input alone the images are scored for it.%n")
public final class Report extends Job {
  @Mixin ModelOptions model = new ModelOptions();
  @Mixin ScoresOptions scores = new ScoresOptions();
  @Mixin InputOptions input = new InputOptions();

  @Option(
      names = "--output",
      order = 40,
      required = true,
      paramLabel = "FILE",
      description = "The page, which must not exist yet.")
  String output;

  @Option(names = "--overwrite", order = 42, description = "Replace the page where it exists.")
  boolean overwrite;

  @Override
  void addOptions(CommandSpec spec) {
    optional(spec, "--input", "--scores", "--anomalous");
    scores.addOptions(spec);
  }

  @Override
  List<Need> needs() {
    List<Need> needs = new ArrayList<>(scores.needs());
    needs.addAll(InputOptions.needs(input.paths != null, "without --input"));
    needs.addAll(
        Need.all(
            scores.directory != null || input.paths != null,
            "without --scores or --input",
            "--anomalous",
            "--class-col"));
    return needs;
  }

  @Override
  void check() {
    scores.check();
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    Sources sources =
        scores.addTo(input.addTo(sources(spark).addModel(model.directory), spark), spark);
    try (Output out = Output.open("--output", output, Written.PAGE, overwrite, sources, progress)) {
      FittedAutoencoder<?> reported = model.load();
      Optional<Dataset<Row>> images =
          input.paths == null ? Optional.empty() : Optional.of(input.read(spark, progress));
      if (scores.directory != null && input.hasIdsOfThisRun()) {
        throw new InputException(
            "--scores: its ids cannot be found in the input, which has no column id; name a column that tells rows apart with --id-col in both jobs, or leave --scores out");
      }
      reported.setHandleInvalid(input.handleInvalid());
      Optional<Dataset<Row>> table =
          scores.directory == null ? Optional.empty() : Optional.of(scores.read(spark));
      Reporting reporting = new Reporting(reported, model.directory);
      out.write(reporting.page(table, images, scores, progress));
      out.commit();
    }
    progress.say("Wrote " + output);
  }

  static int run(String... args) {
    return new Report().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Report().start(args);
  }
}
