package io.narrows.jobs;

import io.narrows.images.ImageRows;
import io.narrows.images.ImageShape;
import io.narrows.images.InputException;
import io.narrows.ml.VariationalAutoencoderModel;
import io.narrows.report.ContactSheet;
import io.narrows.report.PngFiles;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Images that a variational autoencoder makes up, as PNG files and on one sheet. */
@Command(
    name = "jobs/generate",
    sortOptions = false,
    header = "Generates images with a trained variational autoencoder.",
    description =
        "%nDraws latents from the prior, decodes them and writes each image as a PNG file (0000.png and on) and the"
            + " first of them, at most "
            + Generate.ON_SHEET
            + ", on sheet.png.%n")
public final class Generate extends Job {
  static final int ON_SHEET = 400;
  private static final int MOST = 100_000;

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = "--count",
      order = 20,
      paramLabel = "N",
      defaultValue = "64",
      description = "How many images (default: ${DEFAULT-VALUE}).")
  int count;

  @Option(
      names = "--seed",
      order = 21,
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same images (default: ${DEFAULT-VALUE}).")
  long seed;

  @Override
  void check() {
    if (count < 1 || count > MOST) {
      throw new InputException("--count must be from 1 to %d, but is %d".formatted(MOST, count));
    }
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    try (Output out = output.open(spark.sessionState().newHadoopConf(), List.of(model.directory))) {
      VariationalAutoencoderModel vae = VariationalAutoencoderModel.load(model.directory);
      ImageShape shape = vae.imageShape();
      List<Row> images = vae.generate(count, seed).select("image.data").collectAsList();
      int digits = Math.max(4, Integer.toString(count - 1).length());
      float[] onSheet = new float[Math.min(count, ON_SHEET) * shape.size()]; // [n, h, w, channels]
      for (int i = 0; i < count; i++) {
        byte[] pixels = images.get(i).getAs(0);
        out.write(
            String.format(Locale.ROOT, "%0" + digits + "d.png", i),
            PngFiles.encode(ImageRows.toBufferedImage(shape, pixels, 0)));
        for (int j = 0; i < ON_SHEET && j < pixels.length; j++) {
          onSheet[i * pixels.length + j] = (pixels[j] & 0xff) / 255f;
        }
      }
      out.write("sheet.png", PngFiles.encode(ContactSheet.of(shape, onSheet)));
      out.commit();
      progress.say("Generated %d images of %s: %s", count, shape, output.directory);
    }
  }

  static int run(String... args) {
    return new Generate().execute(args);
  }

  public static void main(String[] args) {
    System.exit(run(args));
  }
}
