package ai.narrows.jobs;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputFormat;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ModelOptions;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.VariationalAutoencoderModel;
import ai.narrows.report.ContactSheet;
import ai.narrows.report.PngFiles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Images that a model's decoder makes, as PNG files and on one sheet. */
@Command(
    name = "jobs/generate",
    sortOptions = false,
    header = "Generates images with a trained model.",
    description =
        "%nDecodes latents, either drawn from the prior of a variational autoencoder, or on the way between two"
            + " images (--interpolate), or from a table such as the job embed writes (--latents), and writes each image"
            + " as a PNG file (0000.png and on) and the first of them, at most "
            + Generate.ON_SHEET
            + ", on sheet.png.%n")
public final class Generate extends Job {
  static final int ON_SHEET = 400;
  private static final int MOST = 100_000;
  private static final int MOST_IN_A_ROW = 20;
  private static final int DEFAULT_STEPS = 10;
  private static final int DEFAULT_COUNT = 64;

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--count",
      order = 2,
      paramLabel = "N",
      description = "How many images to draw from the prior (default: " + DEFAULT_COUNT + ").")
  Integer count;

  @Option(
      names = "--seed",
      order = 3,
      paramLabel = "N",
      description = "Seed of the draws; the same seed gives the same images (default: 1).")
  Long seed;

  @Option(
      names = "--interpolate",
      order = 4,
      paramLabel = "ID,ID",
      split = ",",
      description =
          "Instead: images on the straight line between these two of --input in the latent space. The ends are the"
              + " two images' reconstructions.")
  List<String> ends;

  @Option(
      names = "--steps",
      order = 5,
      paramLabel = "N",
      description =
          "How many images from one to the other, ends included (default: " + DEFAULT_STEPS + ").")
  Integer steps;

  @Option(
      names = "--latents",
      order = 6,
      paramLabel = "PATH",
      description = "Instead: one image for every row of this table's column latent.")
  String latents;

  @Mixin InputOptions input = new InputOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private int total; // images to write

  @Override
  void addOptions(CommandSpec spec) {
    optional(spec, "--input");
  }

  @Override
  List<Need> needs() {
    List<Need> needs = new ArrayList<>();
    needs.addAll(Need.all(ends != null, "without --interpolate", "--steps", "--input"));
    needs.addAll(InputOptions.needs(ends != null, "without --interpolate"));
    needs.addAll(Need.all(ends == null, "with --interpolate", "--count", "--seed"));
    needs.addAll(Need.all(latents == null, "with --latents", "--count", "--seed"));
    return needs;
  }

  @Override
  void check() {
    if (ends != null && latents != null) {
      throw new InputException("--interpolate and --latents cannot be given together");
    }
    if (ends != null && (ends.size() != 2 || ends.get(0).equals(ends.get(1)))) {
      throw new InputException(
          "--interpolate must be two different ids with a comma between them, but is '"
              + String.join(",", ends)
              + "'");
    }
    if (ends != null && input.paths == null) {
      throw new InputException("--interpolate needs --input: where the two images are");
    }
    bound("--count", count, 1);
    bound("--steps", steps, 2);
  }

  private static void bound(String option, Integer given, int least) {
    if (given != null && (given < least || given > MOST)) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s must be from %d to %d, but is %d", option, least, MOST, given));
    }
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    Sources sources = input.addTo(sources(spark).addModel(model.directory), spark);
    if (latents != null) {
      sources.add(List.of(latents));
    }
    try (Output out = output.open(sources, progress)) {
      FittedAutoencoder<?> decoder = model.load();
      Dataset<Row> images = images(decoder, spark, progress);
      Described.run(
          spark.sparkContext(), "generating", () -> write(images, decoder.imageShape(), out));
      out.commit();
      progress.say(
          "Generated %d %s of %s: %s",
          total,
          decoder.patches().whole() ? "images" : "patches",
          decoder.imageShape(),
          output.directory);
    }
  }

  private Dataset<Row> images(FittedAutoencoder<?> decoder, SparkSession spark, Progress progress) {
    decoder.setLatentCol("latent");
    if (ends != null) {
      total = steps == null ? DEFAULT_STEPS : steps;
      return decoder.interpolate(input.read(spark, progress), ends.get(0), ends.get(1), total);
    }
    if (latents != null) {
      return decoder.decodeLatents(latents(spark));
    }
    if (decoder instanceof VariationalAutoencoderModel vae) {
      total = count == null ? DEFAULT_COUNT : count;
      return vae.generate(total, seed == null ? 1 : seed);
    }
    throw new InputException(
        "the model in "
            + model.directory
            + " is an autoencoder, which has no prior to draw from: give --interpolate or --latents, or train with"
            + " jobs/train --model vae");
  }

  private Dataset<Row> latents(SparkSession spark) {
    Dataset<Row> rows = InputFormat.table(spark, latents);
    Optional<String> column = ColumnNames.of(rows).find("latent");
    if (column.isEmpty()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has no column `latent`; it has %s",
              latents,
              String.join(", ", rows.columns())));
    }
    long found = Described.get(spark.sparkContext(), "counting the latents", rows::count);
    if (found < 1 || found > MOST) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s must have from 1 to %d rows, but has %d", latents, MOST, found));
    }
    total = (int) found;
    return rows.select(ColumnNames.quoted(column.get()).as("latent"));
  }

  /** Writes a file for each image, in their order, and the sheet. */
  private void write(Dataset<Row> images, ImageShape shape, Output out) throws Exception {
    Iterator<Row> rows = images.select(InputOptions.IMAGE + ".data").toLocalIterator();
    List<byte[]> onSheet = new ArrayList<>(); // up to ON_SHEET images
    String name = "%0" + Math.max(4, Integer.toString(total - 1).length()) + "d.png";
    for (int i = 0; rows.hasNext(); i++) {
      byte[] pixels = rows.next().getAs(0);
      out.write(
          String.format(Locale.ROOT, name, i),
          PngFiles.encode(ImageRows.toBufferedImage(shape, pixels, 0)));
      if (onSheet.size() < ON_SHEET) {
        onSheet.add(pixels);
      }
    }
    out.write(
        "sheet.png",
        PngFiles.encode(
            ends == null
                ? ContactSheet.of(shape, onSheet)
                : ContactSheet.of(shape, onSheet, MOST_IN_A_ROW)));
  }

  static int run(String... args) {
    return new Generate().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Generate().start(args);
  }
}
