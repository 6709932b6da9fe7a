package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.train.EpochReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Inputs at the edge of what there is to train on: they give the bits that the same images give
 * where nothing is out of the ordinary.
 */
final class EdgeShapesIT extends SparkFixture {
  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.StringType).add("image", ImageRows.schema());
  private static final ImageShape SHAPE = new ImageShape(3, 4, 1);

  /** Of a score; a row's last bits may differ with its place in the batch. */
  private static final double SCORE_TOLERANCE = 1e-5;

  private Dataset<Row> images(ImageShape shape, int count, int partitions) {
    RandomStream random = new RandomStream(3, Purpose.GENERATION, 0, 0, 0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] pixels = new float[shape.size()];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = random.nextFloat();
      }
      rows.add(RowFactory.create("image " + i, ImageRows.toImage(null, shape, pixels, 0)));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return spark.createDataFrame(context.parallelize(rows, partitions), SCHEMA);
  }

  private static AutoencoderEstimator<?, ?> estimator(boolean vae, double validationFraction) {
    AutoencoderEstimator<?, ?> estimator = vae ? new VariationalAutoencoder() : new Autoencoder();
    return estimator
        .setHidden(5)
        .setLatentDim(2)
        .setEpochs(3)
        .setBatchSize(4)
        .setAveragingFrequency(2)
        .setNumWorkers(2)
        .setValidationFraction(validationFraction);
  }

  private static FittedAutoencoder<?> fit(
      boolean vae,
      double validationFraction,
      Dataset<Row> images,
      UnaryOperator<AutoencoderEstimator<?, ?>> settings) {
    return settings.apply(estimator(vae, validationFraction)).fit(images);
  }

  private static void assertSame(FittedAutoencoder<?> model, FittedAutoencoder<?> expected) {
    for (float parameter : model.parameters()) {
      assertThat(parameter).isFinite();
    }
    assertThat(model.parameters()).isEqualTo(expected.parameters());
    assertThat(model.getThreshold()).isFinite().isEqualTo(expected.getThreshold());
    assertThat(model.summary().rows()).isEqualTo(expected.summary().rows());
    assertThat(model.summary().validationRows()).isEqualTo(expected.summary().validationRows());
    assertThat(history(model)).isEqualTo(history(expected));
    model
        .summary()
        .history()
        .forEach(
            epoch -> {
              assertThat(epoch.loss()).isFinite();
              assertThat(Double.isNaN(epoch.validationLoss()))
                  .isEqualTo(model.summary().validationRows() == 0);
            });
  }

  /** Without its times. */
  private static List<EpochReport> history(FittedAutoencoder<?> model) {
    return model.summary().history().stream()
        .map(r -> new EpochReport(r.epoch(), r.loss(), r.validationLoss(), 0, 0, 0))
        .toList();
  }

  /** Every row once, with the scores that the rows have in one partition. */
  private static void assertScored(FittedAutoencoder<?> model, Dataset<Row> images, int count) {
    Map<String, Double> scores = scores(model, images);
    assertThat(scores).hasSize(count);
    scores(model, images.coalesce(1))
        .forEach(
            (id, score) ->
                assertThat(scores.get(id))
                    .isFinite()
                    .isCloseTo(score, within(SCORE_TOLERANCE * Math.max(1e-3, score))));
  }

  private static Map<String, Double> scores(FittedAutoencoder<?> model, Dataset<Row> images) {
    return model.transform(images).select("id", "anomalyScore", "latent").collectAsList().stream()
        .peek(
            row -> {
              for (double value : row.<Vector>getAs(2).toArray()) {
                assertThat(value).isFinite();
              }
            })
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getDouble(1)));
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 0.3", "true, 0", "true, 0.3"})
  void emptyPartitions(boolean vae, double validationFraction) {
    Dataset<Row> images = images(SHAPE, 21, 50);
    FittedAutoencoder<?> model = fit(vae, validationFraction, images, e -> e);
    assertSame(model, fit(vae, validationFraction, images.coalesce(1), e -> e));
    assertScored(model, images, 21);
  }

  /** Workers without images weigh nothing. */
  @ParameterizedTest
  @CsvSource({"false, 0, 3", "false, 0.4, 2", "true, 0, 3", "true, 0.4, 2"})
  void fewerImagesThanWorkers(boolean vae, double validationFraction, int trainingImages) {
    Dataset<Row> images = images(SHAPE, 3, 2);
    FittedAutoencoder<?> model = fit(vae, validationFraction, images, e -> e.setNumWorkers(7));
    assertThat(model.summary().rows()).isEqualTo(trainingImages);
    assertSame(model, fit(vae, validationFraction, images, e -> e.setNumWorkers(trainingImages)));
    assertScored(model, images, 3);
  }

  /** Nor does it take the memory that its size would ask for. */
  @ParameterizedTest
  @CsvSource({"false, 0, 7", "false, 0.3, 5", "true, 0, 7", "true, 0.3, 5"})
  void aBatchLargerThanAShard(boolean vae, double validationFraction, int longestShard) {
    Dataset<Row> images = images(SHAPE, 20, 2);
    FittedAutoencoder<?> model =
        fit(
            vae,
            validationFraction,
            images,
            e -> e.setNumWorkers(3).setBatchSize(Integer.MAX_VALUE));
    assertSame(
        model,
        fit(vae, validationFraction, images, e -> e.setNumWorkers(3).setBatchSize(longestShard)));
    assertScored(model, images, 20);
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 0.9", "true, 0", "true, 0.9"})
  void oneImage(boolean vae, double validationFraction) {
    Dataset<Row> images = images(SHAPE, 1, 3);
    FittedAutoencoder<?> model = fit(vae, validationFraction, images, e -> e.setNumWorkers(2));
    assertSame(model, fit(vae, 0, images.coalesce(1), e -> e.setNumWorkers(1)));
    assertThat(model.summary().rows()).isEqualTo(1);
    double score = scores(model, images).get("image 0");
    assertThat(model.getThreshold()).isGreaterThan(score).isLessThan(1.0001 * score);
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 0.3", "true, 0", "true, 0.3"})
  void onePixel(boolean vae, double validationFraction) {
    Dataset<Row> images = images(new ImageShape(1, 1, 1), 30, 3);
    FittedAutoencoder<?> model = fit(vae, validationFraction, images, e -> e.setLatentDim(1));
    assertSame(model, fit(vae, validationFraction, images.coalesce(1), e -> e.setLatentDim(1)));
    assertScored(model, images, 30);
  }

  /** More than the 200 up to which Spark's shuffle writes in another way. */
  @Test
  void hundredsOfPartitions() {
    Dataset<Row> images = images(SHAPE, 1500, 400);
    FittedAutoencoder<?> model = fit(true, 0.3, images, e -> e);
    assertSame(model, fit(true, 0.3, images.coalesce(1), e -> e));
    assertScored(model, images, 1500);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noImages(boolean vae) {
    Dataset<Row> none = images(SHAPE, 5, 5).where("id = 'nobody'");
    assertRefused(() -> fit(vae, 0.3, none, e -> e), "there are no images to train on");
    FittedAutoencoder<?> model = fit(vae, 0, images(SHAPE, 5, 2), e -> e);
    assertThat(scores(model, none)).isEmpty();
  }

  /** As many for validation as there can be: one is left. */
  @Test
  void almostAllForValidation() {
    Dataset<Row> images = images(SHAPE, 9, 2);
    FittedAutoencoder<?> model = fit(true, 0.99, images, e -> e);
    assertThat(model.summary().rows()).isEqualTo(1);
    assertSame(model, fit(true, 0.99, images.coalesce(1), e -> e));
  }
}
