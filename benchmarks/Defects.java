import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.PixelMetrics;
import ai.narrows.ml.metrics.PixelPredictions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * How well defects are found in folders with the layout of MVTec AD, image by image and pixel by pixel, as a Markdown table.
 *
 * <p>Arguments: the file with the settings, other settings (KEY=VALUE;...), seeds, and folders with train/good, test/DEFECT and
 * ground_truth/DEFECT. Folders without ground_truth have no figures of pixels.
 */
public final class Defects {
  /** What stands behind a mask's name and a picture's: the folder of the defect and the name without its ending. */
  private static final String MASK = "([^/]+/[^/]+)_mask\\.[^./]+$";

  private static final String PICTURE = "([^/]+/[^/]+)\\.[^./]+$";

  public static void main(String[] args) throws IOException {
    String[] seeds = args[2].split(",");
    System.out.printf(
        "%n| folder | seed | AUROC of images | AUROC of pixels | AUPRO | regions found | regions right | training, s | scoring, ms/image |%n"
            + "|---|---|---|---|---|---|---|---|---|%n");
    try (SparkSession spark = SparkSession.builder().appName("defects").config("spark.ui.enabled", "false").getOrCreate()) {
      for (String folder : Arrays.copyOfRange(args, 3, args.length)) {
        for (String seed : seeds) {
          measure(spark, folder, Configured.estimator(Path.of(args[0]), args[1], Long.parseLong(seed)), seed);
        }
      }
    }
  }

  private static void measure(SparkSession spark, String folder, AutoencoderEstimator<?, ?> estimator, String seed) {
    long begin = System.nanoTime();
    FittedAutoencoder<?> model = (FittedAutoencoder<?>) estimator.fit(spark.read().format("imagefolder").load(folder + "/train"));
    double training = (System.nanoTime() - begin) / 1e9;
    model.setErrorMapCol("errorMap").setMaskCol("mask").setLatentCol("");
    Dataset<Row> test = spark.read().format("imagefolder").option("labels", "folder").load(folder + "/test");
    begin = System.nanoTime();
    Dataset<Row> scored = model.transform(test).drop("image").cache();
    long images = scored.count();
    double scoring = (System.nanoTime() - begin) / 1e6 / images;
    double auroc = AnomalyMetrics.of(scored, "anomalyScore", functions.expr("labelName <> 'good'"), "prediction").auroc();
    System.out.printf(Locale.ROOT, "| %s | %s | %.4f", Path.of(folder).getFileName(), seed, auroc);
    if (new File(folder, "ground_truth").isDirectory()) {
      PixelMetrics pixels = PixelMetrics.of(withMasks(spark, scored, folder), "errorMap", "truth", "mask", "id");
      PixelPredictions predicted = pixels.predictions().orElseThrow();
      System.out.printf(
          Locale.ROOT,
          " | %.4f | %.4f | %.3f of %d | %.3f of %d",
          pixels.auroc(),
          pixels.aupro(),
          predicted.regionRecall(),
          pixels.regions(),
          predicted.regionPrecision(),
          predicted.predictedRegions());
    } else {
      System.out.print(" | | | | ");
    }
    System.out.printf(Locale.ROOT, " | %.1f | %.2f |%n", training, scoring);
    scored.unpersist();
  }

  /** Scores with the mask of each picture as truth, null where there is none. */
  private static Dataset<Row> withMasks(SparkSession spark, Dataset<Row> scored, String folder) {
    Dataset<Row> masks =
        spark
            .read()
            .format("imagefolder")
            .load(folder + "/ground_truth")
            .select(functions.regexp_extract(functions.col("id"), MASK, 1).as("key"), functions.col("image").as("truth"));
    return scored.join(masks, functions.regexp_extract(functions.col("id"), PICTURE, 1).equalTo(functions.col("key")), "left");
  }
}
