package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.score.ScoreMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every score method from training through saving to scoring. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoreMethodsIT extends SparkFixture {
  private static final int ROWS = 700;
  private static final int INPUTS = 12;
  private static final double CONTAMINATION = 0.03;

  private Dataset<Row> images;

  @BeforeAll
  void makeImages() {
    RandomStream random = new RandomStream(8, Purpose.GENERATION, 0, 0, 0);
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < ROWS; r++) {
      double level = random.nextFloat();
      double slope = random.nextFloat() - 0.5;
      double[] pixels = new double[INPUTS];
      for (int j = 0; j < INPUTS; j++) {
        double value = level + slope * j / INPUTS + 0.02 * j / INPUTS * random.nextGaussian();
        pixels[j] = Math.max(0, Math.min(1, value));
      }
      rows.add(RowFactory.create("r" + r, Vectors.dense(pixels)));
    }
    images =
        spark.createDataFrame(
            rows,
            new StructType()
                .add("id", DataTypes.StringType)
                .add("image", SQLDataTypes.VectorType()));
  }

  private FittedAutoencoder<?> fit(ScoreMethod method) {
    AutoencoderEstimator<?, ?> estimator =
        method.likelihood() ? new VariationalAutoencoder() : new Autoencoder();
    return estimator
        .setHidden(8)
        .setLatentDim(2)
        .setNumWorkers(3)
        .setBatchSize(16)
        .setEpochs(6)
        .setStepSize(3e-3)
        .setScoreMethod(method.label())
        .setCalibrationFraction(0)
        .setContamination(CONTAMINATION)
        .fit(images);
  }

  private static Map<String, Double> scores(FittedAutoencoder<?> model, Dataset<Row> rows) {
    Map<String, Double> scores = new TreeMap<>();
    for (Row row : model.transform(rows).select("id", "anomalyScore").collectAsList()) {
      scores.put(row.getString(0), row.getDouble(1));
    }
    return scores;
  }

  @ParameterizedTest
  @EnumSource
  void fromTrainingToScores(ScoreMethod method, @TempDir Path dir) throws Exception {
    FittedAutoencoder<?> model = fit(method);
    Map<String, Double> scores = scores(model, images);
    assertThat(scores).hasSize(ROWS);
    assertThat(scores.values()).allSatisfy(score -> assertThat(score).isFinite());
    // Two latents rebuild all dark images alike, so that the highest error of many is the same.
    int rank = (int) (CONTAMINATION * ROWS);
    double ranked = scores.values().stream().sorted(Comparator.reverseOrder()).toList().get(rank);
    double limit = ranked + method.rounding(ranked);
    long above = scores.values().stream().filter(score -> score > limit).count();
    assertThat(above).isBetween(method == ScoreMethod.MAXIMUM_ERROR ? 1L : rank, (long) rank);
    assertThat(model.transform(images).where("prediction = 1").count()).isEqualTo(above);

    Dataset<Row> shuffled = images.repartition(7, col("id")).sortWithinPartitions(col("id").desc());
    scores(model, shuffled)
        .forEach(
            (id, score) ->
                assertThat(score)
                    .as(id)
                    .isCloseTo(scores.get(id), within(method.rounding(scores.get(id)))));

    model.save(dir.resolve("model").toString());
    FittedAutoencoder<?> loaded = FittedAutoencoder.load(dir.resolve("model").toString());
    assertThat(scores(loaded, images)).isEqualTo(scores);
    assertThat(loaded.getScoreMethod()).isEqualTo(method.label());
    assertThat(loaded.getThreshold()).isEqualTo(model.getThreshold());
    assertThat(loaded.getThresholdMethod()).isEqualTo("contamination");
  }

  @Test
  void theReconstructionErrorStaysWhateverTheScore() {
    FittedAutoencoder<?> model = fit(ScoreMethod.COMBINED);
    Dataset<Row> scored = model.transform(images);
    assertThat(scored.where("anomalyScore = reconstructionError").count()).isZero();
    model.setScoreMethod("reconstructionError").setThreshold(0.001);
    assertThat(model.transform(images).where("anomalyScore = reconstructionError").count())
        .isEqualTo(ROWS);
  }

  @Test
  void smoothedErrorsBelongToTheModel(@TempDir Path dir) throws Exception {
    Dataset<Row> pictures = Pictures.halves(spark, 60, new ImageShape(6, 5, 1));
    Autoencoder estimator =
        new Autoencoder().setHidden(8).setLatentDim(2).setNumWorkers(2).setEpochs(2);
    estimator.setScoreMethod("normalizedError").setContamination(0.05);
    AutoencoderModel plain = estimator.fit(pictures);
    AutoencoderModel smooth = estimator.setErrorSmoothing(3).fit(pictures);
    assertThat(smooth.parameters()).isEqualTo(plain.parameters());
    Map<String, Double> scores = scores(smooth, pictures);
    assertThat(scores).isNotEqualTo(scores(plain, pictures));
    assertThat(scores.values().stream().mapToDouble(score -> score).average().orElseThrow())
        .isBetween(0.2, 1.0001); // 1, but for pixels whose variance has been raised to the floor
    assertThat(smooth.transform(pictures).where("prediction = 1").count()).isEqualTo(3);

    smooth.save(dir.resolve("model").toString());
    FittedAutoencoder<?> loaded = FittedAutoencoder.load(dir.resolve("model").toString());
    assertThat(scores(loaded, pictures)).isEqualTo(scores);
    String metadata = Files.readString(metadata(dir.resolve("model")));
    assertThat(metadata).contains("\"channels\":1,\"side\":3");
    plain.save(dir.resolve("plain").toString());
    assertThat(Files.readString(metadata(dir.resolve("plain"))))
        .contains("\"channels\":1,\"side\":1");
  }

  private static Path metadata(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model.resolve("metadata"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void smoothingNeedsPixelsWithNeighbours() {
    Autoencoder estimator = new Autoencoder().setScoreMethod("combined").setErrorSmoothing(3);
    assertThatThrownBy(() -> estimator.fit(images))
        .hasMessage(
            "errorSmoothing needs images with a height and a width, but these are vectors of 12 values");
    assertThatThrownBy(() -> estimator.setErrorSmoothing(2).fit(images))
        .hasMessage("errorSmoothing must be odd and positive, but is 2");
    Dataset<Row> pictures = Pictures.halves(spark, 3, new ImageShape(6, 5, 1));
    assertThatThrownBy(() -> estimator.setErrorSmoothing(7).fit(pictures))
        .hasMessage(
            "errorSmoothing must be at most the height and the width of the images, 6x5, but is 7");
  }

  @Test
  void aThresholdBelongsToItsMethod() {
    FittedAutoencoder<?> model = fit(ScoreMethod.RECONSTRUCTION_ERROR);
    model.setScoreMethod("latentDistance");
    assertThatThrownBy(() -> model.transform(images))
        .hasMessage(
            String.format(
                Locale.ROOT,
                "threshold %s was computed for scoreMethod reconstructionError; for scoreMethod latentDistance set threshold, or an empty predictionCol",
                model.data().threshold().value()));
    model.setPredictionCol("");
    assertThat(model.transform(images).columns()).doesNotContain("prediction");
    model.setPredictionCol("prediction").setThreshold(2);
    assertThat(model.transform(images).where("prediction = 1 and anomalyScore <= 2").count())
        .isZero();
    model.setScoreMethod("elbo");
    assertThatThrownBy(() -> model.transform(images))
        .hasMessage(
            "scoreMethod elbo needs a variational autoencoder: an autoencoder has no likelihood");
  }

  @Test
  void whatIsWrongShowsBeforeTraining() {
    Autoencoder estimator = new Autoencoder();
    assertThatThrownBy(() -> estimator.setScoreMethod("elbo").transformSchema(images.schema()))
        .hasMessage(
            "scoreMethod elbo needs a variational autoencoder: an autoencoder has no likelihood");
    assertThatThrownBy(() -> estimator.setScoreMethod("mse").transformSchema(images.schema()))
        .hasMessageStartingWith("scoreMethod must be one of reconstructionError, ");
    assertThatThrownBy(
            () ->
                estimator
                    .setScoreMethod("combined")
                    .setScoreSamples(0)
                    .transformSchema(images.schema()))
        .hasMessage("scoreSamples must be from 1 to 10000, but is 0");
  }

  /** The objective's other parts, as an estimator has them. */
  @Test
  void whatAnObjectiveNeeds() {
    assertThatThrownBy(() -> new Autoencoder().setFreeBits(1).transformSchema(images.schema()))
        .hasMessage(
            "freeBits must be 0 for an autoencoder, whose latent has no divergence, but is 1.0");
    assertThatThrownBy(
            () ->
                new VariationalAutoencoder().setActivityPenalty(1).transformSchema(images.schema()))
        .hasMessage(
            "activityPenalty must be 0 for a variational autoencoder, which has beta, but is 1.0");
    assertThatThrownBy(() -> new Autoencoder().setLearnSigma(true).transformSchema(images.schema()))
        .hasMessage("learnSigma needs loss gaussian");
    assertThatThrownBy(
            () -> new Autoencoder().setCorruption("salt").transformSchema(images.schema()))
        .hasMessage("corruption must be one of none, masking, gaussian, stain, but is 'salt'");
    assertThatThrownBy(
            () ->
                new Autoencoder()
                    .setCorruption("masking")
                    .setCorruptionLevel(1)
                    .transformSchema(images.schema()))
        .hasMessage("corruptionLevel must be above 0 and below 1 for masking, but is 1.0");
  }

  /** It starts at sigma, and nears the noise that the images have. */
  @Test
  void learnsSigma() {
    VariationalAutoencoder estimator =
        new VariationalAutoencoder()
            .setHidden(8)
            .setLatentDim(2)
            .setNumWorkers(1)
            .setBatchSize(16)
            .setEpochs(20)
            .setStepSize(5e-3)
            .setLoss("gaussian")
            .setLearnSigma(true)
            .setSigma(0.5)
            .setScoreMethod("elbo");
    VariationalAutoencoderModel model = estimator.fit(images);
    double error =
        model.transform(images).agg(Map.of("reconstructionError", "avg")).first().getDouble(0);
    double raw = model.parameters()[model.parameters().length - 1];
    double sigma = Math.exp(-6 + Math.log1p(Math.exp(raw + 6)));
    assertThat(sigma).isBetween(Math.sqrt(error), 2 * Math.sqrt(error));
    assertThat(scores(model, images).values()).allSatisfy(s -> assertThat(s).isPositive());
  }
}
