package ai.narrows.jobs;

import static org.apache.spark.ml.functions.vector_to_array;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Counted;
import ai.narrows.jobs.console.Counts;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.ColumnOptions;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ModelOptions;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.options.TableOptions;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableOutput;
import ai.narrows.ml.FittedAutoencoder;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A table of embeddings, a row for every image. */
@Command(
    name = "jobs/embed",
    sortOptions = false,
    header = "Writes the latent embedding of every image.",
    description =
        "%nWrites a table with id, label and labelName (where they are there) and latent (array of float), which is what the"
            + " encoder makes of the image; with a variational autoencoder the mean of the posterior."
            + "%n")
public final class Embed extends Job {
  private static final int FIRST = 19;
  private static final String VARIANCE = "latentVariance";

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin InputOptions input = new InputOptions();
  @Mixin OutputOptions output = new OutputOptions();
  @Mixin TableOptions table = new TableOptions();

  @Option(
      names = "--with-variance",
      order = 20,
      description =
          "Also write latentVariance (array of float), the variances of a variational autoencoder's posterior.")
  boolean withVariance;

  private final ColumnOptions columns = ColumnOptions.latent();

  @Override
  void addOptions(CommandSpec spec) {
    columns.addTo(spec, FIRST);
  }

  @Override
  void check() {
    columns.check();
    table.check();
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    Sources sources = input.addTo(sources(spark), spark).addModel(model.directory);
    try (TableOutput out = table.open(output, input, sources, spark, progress)) {
      FittedAutoencoder<?> encoder = model.load();
      if (withVariance && !encoder.architecture().variational()) {
        throw new InputException(
            "--with-variance needs a variational autoencoder, but the model in "
                + model.directory
                + " is an autoencoder");
      }
      columns.applyTo(encoder);
      String latent = encoder.getLatentCol();
      if (latent.isEmpty()) {
        throw new InputException("--latent-col must have a name: the latent is what is written");
      }
      encoder.setLatentVarianceCol(withVariance ? VARIANCE : "");
      encoder.setHandleInvalid(input.handleInvalid());

      Dataset<Row> images = input.read(spark, progress);
      columns.check(encoder, images);
      ColumnNames names = ColumnNames.of(images);
      List<Column> kept = new ArrayList<>(List.of(functions.col(InputOptions.ID)));
      for (String column :
          List.of(InputOptions.LABEL, InputOptions.LABEL_NAME, InputOptions.CORRUPT_REASON)) {
        names.find(column).map(ColumnNames::quoted).ifPresent(kept::add);
      }
      List<Column> written = new ArrayList<>(kept);
      kept.add(functions.col(InputOptions.IMAGE));
      written.add(floats(latent));
      if (withVariance) {
        written.add(floats(VARIANCE));
      }

      Counts counts = new Counts();
      Dataset<Row> embeddings =
          encoder
              .transform(counts.in(images.select(kept.toArray(Column[]::new))))
              .select(written.toArray(Column[]::new));
      Dataset<Row> rows = counts.out(embeddings, latent);
      Counted counted =
          counts.of(
              spark, () -> Described.run(spark.sparkContext(), "embedding", () -> out.write(rows)));
      progress.say(
          "Embedded %,d images%s in %d dimensions: %s",
          counted.modelled(), counted.inWords(input.mode), encoder.latentDim(), output.directory);
    }
  }

  private static Column floats(String column) {
    Column vector = ColumnNames.quoted(column);
    return functions.when(vector.isNotNull(), vector_to_array(vector, "float32")).as(column);
  }

  static int run(String... args) {
    return new Embed().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Embed().start(args);
  }
}
