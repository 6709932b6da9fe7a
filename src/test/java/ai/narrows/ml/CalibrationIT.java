package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.metrics.Calibration;
import ai.narrows.ml.metrics.ConformalThreshold;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.ThresholdOrigin;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thresholds that rest on images which the network has not been fitted to. */
class CalibrationIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 6, 1);
  private static final int ROWS = 240;

  private Dataset<Row> images;
  private Dataset<Row> others;

  @BeforeAll
  void draw() {
    Dataset<Row> all = Pictures.bars(spark, 3 * ROWS, SHAPE, 0);
    images = all.where("int(substring(id, 6)) < " + ROWS);
    others = all.where("int(substring(id, 6)) >= " + ROWS);
  }

  private static Autoencoder autoencoder() {
    return new Autoencoder()
        .setHidden(12)
        .setLatentDim(3)
        .setEpochs(3)
        .setBatchSize(8)
        .setNumWorkers(2)
        .setContamination(0.1);
  }

  private static List<Double> sortedScores(AutoencoderModel model, Dataset<Row> rows) {
    return model
        .transform(rows)
        .select("anomalyScore")
        .as(Encoders.DOUBLE())
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  @Test
  void aTenthIsHeldOutByDefault(@TempDir Path folder) throws Exception {
    AutoencoderModel model = autoencoder().fit(images);
    Calibration calibration = new Calibration("calibration", 24, 0.1);
    assertThat(model.summary().rows()).isEqualTo(ROWS - 24);
    assertThat(model.summary().calibrationRows()).isEqualTo(24);
    assertThat(model.summary().calibration()).isEqualTo(calibration);
    assertThat(model.summary().toString()).endsWith(" by " + calibration);
    assertThat(model.thresholdOrigin()).isEqualTo(ThresholdOrigin.contamination(calibration));
    model.save(folder.resolve("model").toString());
    AutoencoderModel loaded = AutoencoderModel.load(folder.resolve("model").toString());
    assertThat(loaded.thresholdOrigin()).isEqualTo(model.thresholdOrigin());
    assertThat(loaded.summary()).isEqualTo(model.summary());
    assertThat(model.copy(new ParamMap()).setThreshold(1).thresholdOrigin())
        .isEqualTo(ThresholdOrigin.GIVEN);
  }

  /**
   * Which rows are held out depends on neither files nor partitions, and not on the contamination.
   */
  @Test
  void theSameBitsHoweverTheImagesLie() {
    AutoencoderModel one = autoencoder().fit(images.coalesce(1));
    AutoencoderModel other = autoencoder().fit(images.repartition(7).sort(col("id").desc()));
    assertThat(other.parameters()).isEqualTo(one.parameters());
    assertThat(other.getThreshold()).isEqualTo(one.getThreshold());
    AutoencoderModel strict = autoencoder().setContamination(0).fit(images);
    assertThat(strict.parameters()).isEqualTo(one.parameters());
    assertThat(strict.getThreshold()).isGreaterThan(one.getThreshold());
  }

  /** Calibration rows, else validation rows, else those that the network is fitted to. */
  @Test
  void theRuleForWhichRows() {
    AutoencoderModel both = autoencoder().setValidationFraction(0.25).fit(images);
    assertThat(both.summary().validationRows()).isEqualTo(60);
    assertThat(both.summary().calibration())
        .isEqualTo(new Calibration("validation", 60, 0.1)); // 18 are too few for calibration
    AutoencoderModel fitted = autoencoder().setCalibrationFraction(0).fit(images);
    assertThat(fitted.summary().rows()).isEqualTo(ROWS);
    assertThat(fitted.summary().calibration()).isEqualTo(new Calibration("training", ROWS, 0.1));
    assertThat(fitted.transform(images).where("prediction = 1").count()).isEqualTo(24);
  }

  @Test
  void anotherThresholdByARateOnNormalImages() {
    AutoencoderModel model = autoencoder().fit(images);
    List<Double> sorted = sortedScores(model, others);
    int n = sorted.size();
    double score = sorted.get((int) Math.ceil((n + 1) * 0.95) - 1);
    ConformalThreshold found = model.conformalThreshold(others, 0.05);
    assertThat(found)
        .isEqualTo(new ConformalThreshold(score, new Calibration("normal", n, 0.05), 0));
    AutoencoderModel changed = model.withFalsePositiveRate(others, 0.05);
    assertThat(changed.getThreshold()).isGreaterThan(score).isLessThan(score * 1.0001);
    assertThat(changed.transform(others).where("prediction = 1").count())
        .isEqualTo((int) ((n + 1) * 0.05) - 1);
    assertThat(changed.getThresholdMethod()).isEqualTo("falsePositiveRate");
    assertThat(changed.thresholdOrigin())
        .isEqualTo(ThresholdOrigin.falsePositiveRate(ImageSource.UNKNOWN, found.calibration()));
    assertThat(changed.summary()).isEqualTo(model.summary());
    assertThat(
            model.withThreshold(found, new ImageSource(List.of("here"), "", "")).thresholdOrigin())
        .asString()
        .startsWith("falsePositiveRate on here, 480 normal images, false positive rate 0.0");
  }

  /** A model that has learned by heart flags many more of other images than of its own. */
  @Test
  void heldOutImagesStandForOthers() {
    Autoencoder heart =
        autoencoder().setHidden(64).setLatentDim(16).setEpochs(150).setStepSize(3e-3);
    double fitted = share(heart.setCalibrationFraction(0).fit(images));
    AutoencoderModel model = heart.setCalibrationFraction(0.25).fit(images);
    double heldOut = share(model);
    var rates = model.summary().calibration().falsePositiveRate().orElseThrow();
    assertThat(heldOut).isBetween(rates.low(), rates.high()).isLessThan(fitted);
  }

  private double share(AutoencoderModel model) {
    return (double) model.transform(others).where("prediction = 1").count() / others.count();
  }
}
