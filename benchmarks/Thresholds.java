import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What thresholds find on Fashion-MNIST with one class normal, as a Markdown table of means over the ten classes: false alarms among
 * normal test images, and anomalies found.
 *
 * <p>Arguments: DATA_DIR. The network and the score are those of conf/anomaly-autoencoder.properties, errors not smoothed.
 */
public final class Thresholds {
  private static final int CLASSES = 10;
  private static final double[] CONTAMINATIONS = {0, 0.01, 0.05, 0.1};

  /** One anomalous image in so many is in the labelled half, or in the other. */
  private static final int THINNED = 45;

  public static void main(String[] args) throws IOException {
    Map<String, double[]> sums = new LinkedHashMap<>();
    try (SparkSession spark =
        SparkSession.builder().appName("thresholds").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> training = read(spark, args[0], "train");
      Dataset<Row> test = read(spark, args[0], "t10k").cache();
      for (int normal = 0; normal < CLASSES; normal++) {
        Dataset<Row> images = training.where("label = " + normal).cache();
        AutoencoderModel model =
            new Autoencoder()
                .setHidden(128, 64)
                .setLatentDim(32)
                .setScoreMethod("combined")
                .setNumWorkers(2)
                .setBatchSize(32)
                .setEpochs(40)
                .setSeed(1)
                .fit(images);
        double[] known = scores(model, images);
        double[] sound = scores(model, test.where("label = " + normal));
        double[] anomalous = scores(model, test.where("label <> " + normal));
        for (double contamination : CONTAMINATIONS) {
          double threshold = known[known.length - 1 - (int) Math.floor(contamination * known.length)];
          add(sums, "contamination " + contamination, share(sound, threshold), share(anomalous, threshold));
        }
        String few = "(label = %d or index %% %d < 2)".formatted(normal, THINNED);
        Dataset<Row> labelled = test.where(few + " and index % 2 = 0");
        double best = model.withMaxF1Threshold(labelled, functions.col("label").notEqual(normal)).getThreshold();
        double[] otherSound = scores(model, test.where("index % 2 = 1 and label = " + normal));
        double[] otherAnomalous = scores(model, test.where("index % 2 = 1 and label <> " + normal));
        add(sums, "maxF1 on labelled images", share(otherSound, best), share(otherAnomalous, best));
        System.err.println("class " + normal + " done");
      }
    }
    System.out.println("| threshold | false alarms | anomalies found |\n|---|---|---|");
    sums.forEach(
        (name, sum) ->
            System.out.printf(Locale.ROOT, "| %s | %.1f %% | %.1f %% |%n", name, 100 * sum[0] / CLASSES, 100 * sum[1] / CLASSES));
  }

  private static Dataset<Row> read(SparkSession spark, String folder, String part) {
    return spark.read().format("idx").load(folder + "/" + part + "-images-idx3-ubyte.gz");
  }

  /** In ascending order. */
  private static double[] scores(AutoencoderModel model, Dataset<Row> images) {
    double[] scores =
        model.transform(images).select("anomalyScore").as(Encoders.DOUBLE()).collectAsList().stream()
            .mapToDouble(Double::doubleValue)
            .toArray();
    Arrays.sort(scores);
    return scores;
  }

  private static double share(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(score -> score > threshold).count() / (double) scores.length;
  }

  private static void add(Map<String, double[]> sums, String name, double falseAlarms, double found) {
    double[] sum = sums.computeIfAbsent(name, key -> new double[2]);
    sum[0] += falseAlarms;
    sum[1] += found;
  }
}
