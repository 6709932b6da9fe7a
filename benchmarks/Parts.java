import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.FittedAutoencoder;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * How well the defects of generated parts are found, picture by picture and pixel by pixel, as a Markdown table.
 *
 * <p>Arguments: the file with the settings, other settings (KEY=VALUE;...), seeds, and folders as jobs/sample-parts has written them.
 */
public final class Parts {
  private static final List<String> DEFECTS = List.of("scratch", "blob", "missing");
  private static final int LEVELS = 256;

  /** Side of the pictures. */
  private static final int PICTURE = 128;

  public static void main(String[] args) throws IOException {
    List<String> seeds = Arrays.asList(args[2].split(","));
    System.out.printf("%n| parts | AUROC of pictures | scratches | stains | missing pieces | AUROC of pixels |%n|---|---|---|---|---|---|%n");
    try (SparkSession spark = SparkSession.builder().appName("parts").config("spark.ui.enabled", "false").getOrCreate()) {
      for (String folder : Arrays.copyOfRange(args, 3, args.length)) {
        double[] sums = new double[DEFECTS.size() + 2];
        for (String seed : seeds) {
          Dataset<Row> sound = spark.read().format("imagefolder").load(folder + "/train");
          FittedAutoencoder<?> model =
              (FittedAutoencoder<?>) Configured.estimator(Path.of(args[0]), args[1], Long.parseLong(seed)).fit(sound);
          model.setErrorMapCol("errorMap").setLatentCol("");
          Dataset<Row> scored =
              model.transform(spark.read().format("imagefolder").option("labels", "folder").load(folder + "/test")).cache();
          sums[0] += auroc(scored, "labelName <> 'good'");
          for (int d = 0; d < DEFECTS.size(); d++) {
            sums[1 + d] += auroc(scored.where("labelName in ('good', '" + DEFECTS.get(d) + "')"), "labelName <> 'good'");
          }
          sums[sums.length - 1] += pixelAuroc(scored, folder);
          scored.unpersist();
          System.err.println(folder + ", seed " + seed + " done");
        }
        System.out.print("| " + Path.of(folder).getFileName());
        Arrays.stream(sums).forEach(sum -> System.out.printf(Locale.ROOT, " | %.4f", sum / seeds.size()));
        System.out.println(" |");
      }
    }
  }

  private static double auroc(Dataset<Row> scored, String anomalous) {
    return AnomalyMetrics.of(scored, "anomalyScore", functions.expr(anomalous), "prediction").auroc();
  }

  /** Over all pixels of all pictures, at the pictures' own size; exact, since error maps have but 256 levels. */
  private static double pixelAuroc(Dataset<Row> scored, String folder) throws IOException {
    long[] normal = new long[LEVELS];
    long[] defective = new long[LEVELS];
    for (Row row : scored.select("id", "errorMap").collectAsList()) {
      Row map = row.getStruct(1);
      int height = map.<Integer>getAs("height");
      int width = map.<Integer>getAs("width");
      byte[] errors = map.getAs("data");
      BufferedImage mask = mask(folder, row.getString(0));
      int rows = mask.getHeight();
      int columns = mask.getWidth();
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          int level = errors[y * height / rows * width + x * width / columns] & 255;
          ((mask.getRGB(x, y) & 255) > 127 ? defective : normal)[level]++;
        }
      }
    }
    return area(normal, defective);
  }

  /** Where a picture has a defect; of sound parts there are no masks. */
  private static BufferedImage mask(String folder, String id) throws IOException {
    String name = id.substring(id.lastIndexOf('/', id.lastIndexOf('/') - 1) + 1);
    return name.startsWith("good/")
        ? new BufferedImage(PICTURE, PICTURE, BufferedImage.TYPE_BYTE_GRAY)
        : ImageIO.read(new File(folder + "/ground_truth/" + name.replace(".png", "_mask.png")));
  }

  /** Probability that a defective pixel's level is above a normal one's, equal levels counting half. */
  private static double area(long[] normal, long[] defective) {
    double below = 0;
    double pairs = 0;
    for (int level = 0; level < LEVELS; level++) {
      pairs += defective[level] * (below + normal[level] / 2.0);
      below += normal[level];
    }
    return pairs / below / Arrays.stream(defective).sum();
  }
}
