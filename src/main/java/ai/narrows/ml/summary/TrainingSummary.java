package ai.narrows.ml.summary;

import ai.narrows.images.source.PassedOver;
import ai.narrows.ml.metrics.Calibration;
import ai.narrows.train.EpochReport;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How a model was trained.
 *
 * @param rows training rows: images, or their patches where images are cut
 * @param validationRows rows kept for validation
 * @param calibrationRows rows kept for the threshold
 * @param skippedRows rows left out since their image could not be read
 * @param passedOver files beside the images that are none by their names, counted by kind
 * @param workers that shared the rows
 * @param averagingFrequency minibatches between averagings
 * @param outerMomentum of the steps that averagings are
 * @param bestEpoch the epoch whose parameters were kept, from 1
 * @param threshold that the contamination gave
 * @param calibration what that threshold rests on, and between which bounds the false positive rate
 *     lies
 * @param seconds wall time of the whole fit: dealing the rows, the epochs, the threshold
 * @param history one report per epoch
 * @param params every param of the estimator with its value, as JSON text
 * @param provenance with what, and from what, the model was made
 */
public record TrainingSummary(
    long rows,
    long validationRows,
    long calibrationRows,
    long skippedRows,
    PassedOver passedOver,
    int workers,
    int averagingFrequency,
    double outerMomentum,
    int bestEpoch,
    double threshold,
    Calibration calibration,
    double seconds,
    List<EpochReport> history,
    Map<String, String> params,
    Provenance provenance)
    implements Serializable {

  private static final StructType HISTORY =
      new StructType()
          .add("epoch", DataTypes.IntegerType, false)
          .add("loss", DataTypes.DoubleType, false)
          .add("validationLoss", DataTypes.DoubleType, true)
          .add("imagesPerSecond", DataTypes.DoubleType, false)
          .add("communicationShare", DataTypes.DoubleType, false)
          .add("seconds", DataTypes.DoubleType, false);

  public TrainingSummary {
    checkCount("rows", rows);
    checkCount("validationRows", validationRows);
    checkCount("calibrationRows", calibrationRows);
    checkCount("skippedRows", skippedRows);
    if (bestEpoch < 1 || bestEpoch > history.size()) {
      throw new IllegalArgumentException(
          "bestEpoch must be from 1 to " + history.size() + ", but is " + bestEpoch);
    }
    history = List.copyOf(history);
    params = Map.copyOf(params);
  }

  private static void checkCount(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + " must be at least 0, but is " + count);
    }
  }

  /** What the workers computed on, {@code cpu} or {@code gpu}. */
  public String device() {
    return provenance.device();
  }

  /** Number of epochs that were trained; as Spark ML's summaries call it. */
  public int totalIterations() {
    return history.size();
  }

  /** The training objective after each epoch [totalIterations]. */
  public double[] objectiveHistory() {
    return history.stream().mapToDouble(EpochReport::loss).toArray();
  }

  /**
   * The history as a table.
   *
   * @return rows epoch (int), loss, validationLoss (null without validation rows), imagesPerSecond,
   *     communicationShare, seconds (double), as in {@link EpochReport}
   */
  public Dataset<Row> historyTable(SparkSession session) {
    List<Row> rows =
        history.stream()
            .map(
                report ->
                    RowFactory.create(
                        report.epoch(),
                        report.loss(),
                        Double.isNaN(report.validationLoss()) ? null : report.validationLoss(),
                        report.imagesPerSecond(),
                        report.communicationShare(),
                        report.seconds()))
            .toList();
    return session.createDataFrame(rows, HISTORY);
  }

  /** In one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d epochs over %,d %s%s with %d %s%s in %.1f s: loss %.5g to %.5g, best epoch %d, threshold %.5g%s",
        totalIterations(),
        rows,
        params.getOrDefault("patchSize", "0").equals("0") ? "images" : "patches",
        skippedRows == 0
            ? ""
            : String.format(Locale.ROOT, " (%,d unreadable left out)", skippedRows),
        workers,
        workers == 1 ? "worker" : "workers",
        device().equals("cpu") ? "" : " on the " + device(),
        seconds,
        history.get(0).loss(),
        history.get(history.size() - 1).loss(),
        bestEpoch,
        threshold,
        calibration.images() == 0 ? "" : " by " + calibration);
  }
}
