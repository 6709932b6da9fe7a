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
 * normal test images, with the standard deviation over the splits of their mean over the classes, and anomalies found.
 *
 * <p>Arguments: DATA_DIR, and the number of splits (1): in each another tenth of the training images is held out for the threshold. The
 * network and the score are those of conf/anomaly-autoencoder.properties, errors not smoothed.
 */
public final class Thresholds {
  private static final int CLASSES = 10;
  private static final int TENTHS = 10;
  private static final double[] CONTAMINATIONS = {0, 0.01, 0.02, 0.05, 0.1};

  /** One anomalous image in so many is in the labelled half, or in the other. */
  private static final int THINNED = 45;

  public static void main(String[] args) throws IOException {
    int splits = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    Map<String, double[][]> shares = new LinkedHashMap<>();
    try (SparkSession spark =
        SparkSession.builder().appName("thresholds").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> training = read(spark, args[0], "train");
      Dataset<Row> test = read(spark, args[0], "t10k").cache();
      for (int split = 0; split < splits; split++) {
        for (int normal = 0; normal < CLASSES; normal++) {
          Dataset<Row> images = training.where("label = " + normal).cache();
          String held = "pmod(hash(index), %d) = %d".formatted(TENTHS, split);
          Dataset<Row> fitted = images.where("not " + held);
          AutoencoderModel model =
              new Autoencoder()
                  .setHidden(128, 64)
                  .setLatentDim(32)
                  .setScoreMethod("combined")
                  .setCalibrationFraction(0)
                  .setNumWorkers(2)
                  .setBatchSize(32)
                  .setEpochs(40)
                  .setSeed(1)
                  .fit(fitted);
          double[] known = scores(model, fitted);
          double[] unseen = scores(model, images.where(held));
          double[] sound = scores(model, test.where("label = " + normal));
          double[] anomalous = scores(model, test.where("label <> " + normal));
          for (double contamination : CONTAMINATIONS) {
            double quantile = known[known.length - 1 - (int) Math.floor(contamination * known.length)];
            int rank = Math.max(1, (int) Math.floor((unseen.length + 1) * contamination + 1e-9));
            double conformal = unseen[unseen.length - rank];
            add(shares, splits, split, "contamination " + contamination, share(sound, conformal), share(anomalous, conformal));
            add(
                shares,
                splits,
                split,
                "contamination " + contamination + ", by the training images",
                share(sound, quantile),
                share(anomalous, quantile));
          }
          String few = "(label = %d or index %% %d < 2)".formatted(normal, THINNED);
          Dataset<Row> labelled = test.where(few + " and index % 2 = 0");
          double best = model.withMaxF1Threshold(labelled, functions.col("label").notEqual(normal)).getThreshold();
          double[] otherSound = scores(model, test.where("index % 2 = 1 and label = " + normal));
          double[] otherAnomalous = scores(model, test.where("index % 2 = 1 and label <> " + normal));
          add(shares, splits, split, "maxF1 on labelled images", share(otherSound, best), share(otherAnomalous, best));
          images.unpersist();
          System.err.println("split " + split + ", class " + normal + " done");
        }
      }
    }
    System.out.println("| threshold | false alarms | over splits | anomalies found |\n|---|---|---|---|");
    shares.forEach(
        (name, sums) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.2f %% | +- %.2f %% | %.1f %% |%n",
                name,
                100.0 / CLASSES * Arrays.stream(sums[0]).average().orElseThrow(),
                100.0 / CLASSES * deviation(sums[0]),
                100.0 / CLASSES * Arrays.stream(sums[1]).average().orElseThrow()));
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
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

  /** Adds to the sums over the classes of a split: [false alarms, anomalies found][splits]. */
  private static void add(
      Map<String, double[][]> shares, int splits, int split, String name, double falseAlarms, double found) {
    double[][] sums = shares.computeIfAbsent(name, key -> new double[2][splits]);
    sums[0][split] += falseAlarms;
    sums[1][split] += found;
  }
}
