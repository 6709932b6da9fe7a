package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimators that flip and shift what they train on. */
class AugmentationIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(6, 5, 3);
  private static final int ROWS = 60;

  private Dataset<Row> images;

  @BeforeAll
  void draw() {
    images = Pictures.bars(spark, ROWS, SHAPE, 6).cache();
  }

  private static Autoencoder autoencoder() {
    return new Autoencoder().setHidden(12).setNumWorkers(2).setBatchSize(8).setEpochs(2);
  }

  @Test
  void sameSeedSameBitsHoweverTheImagesAreLaidOut() {
    Autoencoder augmenting = autoencoder().setFlip("both").setShift(2);
    float[] expected = augmenting.fit(images).parameters();
    assertThat(augmenting.fit(images.repartition(7)).parameters()).isEqualTo(expected);
    assertThat(augmenting.setSeed(2).fit(images).parameters()).isNotEqualTo(expected);
    float[] plain = autoencoder().fit(images).parameters();
    assertThat(autoencoder().setFlip("horizontal").fit(images).parameters()).isNotEqualTo(plain);
    assertThat(autoencoder().setFlip("none").setShift(0).fit(images).parameters()).isEqualTo(plain);
  }

  @Test
  void thresholdAndStatisticsAreOfImagesAsTheyAre() {
    AutoencoderModel model =
        autoencoder()
            .setFlip("vertical")
            .setShift(4)
            .setStandardization("perChannel")
            .setScoreMethod("normalizedError")
            .setContamination(0.1)
            .fit(images);
    Dataset<Row> scored = model.transform(images);
    assertThat(scored.where("prediction = 1").count()).isEqualTo(ROWS / 10);
    double mean = scored.agg(functions.avg("anomalyScore")).first().getDouble(0);
    assertThat(mean).isCloseTo(1, within(0.02)); // where pixels are rebuilt about equally well
    AutoencoderModel plain = autoencoder().setStandardization("perChannel").fit(images);
    assertThat(model.architecture()).isEqualTo(plain.architecture());
  }

  @Test
  void vectorsCanBeFlippedWhereTheirShapeIsKnown() {
    StructType schema = new StructType().add("image", SQLDataTypes.VectorType());
    Dataset<Row> vectors =
        spark.createDataFrame(
            List.of(
                RowFactory.create(
                    Vectors.dense(DoubleStream.iterate(0, v -> v + 0.04).limit(20).toArray())),
                RowFactory.create(Vectors.dense(new double[20]))),
            schema);
    Autoencoder augmenting = autoencoder().setShift(3);
    assertRefused(
        () -> autoencoder().setCorruption("stain").fit(vectors),
        "corruption stain needs images with a height and a width, but these are vectors of 20 values");
    assertRefused(
        () -> augmenting.fit(vectors),
        "shift needs images with a height and a width, but these are vectors of 20 values");
    assertRefused(
        () -> autoencoder().setFlip("both").fit(vectors),
        "flip both needs images with a height and a width, but these are vectors of 20 values");
    assertThat(augmenting.setHeight(4).setWidth(5).fit(vectors).imageShape())
        .isEqualTo(new ImageShape(4, 5, 1));
  }

  @Test
  void sameSeedSameStainsHoweverTheImagesAreLaidOutAndResumed(@TempDir Path dir) {
    Autoencoder stained = autoencoder().setCorruption("stain").setCorruptionLevel(0.5);
    float[] expected = stained.fit(images).parameters();
    assertThat(stained.fit(images.repartition(7)).parameters()).isEqualTo(expected);
    assertThat(stained.fit(images.coalesce(1)).parameters()).isEqualTo(expected);
    assertThat(autoencoder().fit(images).parameters()).isNotEqualTo(expected);
    stained.setCheckpointDir(dir.resolve("checkpoints").toString());
    stained.setEpochs(1).fit(images);
    stained.setResume(true);
    assertThatThrownBy(() -> stained.setCorruptionLevel(0.4).setEpochs(2).fit(images))
        .hasMessageContaining("corruptionLevel was 0.5, but is 0.4");
    assertThat(stained.setCorruptionLevel(0.5).fit(images).parameters()).isEqualTo(expected);
  }

  /** An image is anomalous where a pixel of its error map is above the threshold. */
  @Test
  void theMaximumErrorIsTheHighestPixelOfTheErrorMap() {
    AutoencoderModel model =
        autoencoder().setScoreMethod("maximumError").setErrorSmoothing(3).fit(images);
    model.setErrorMapCol("map");
    List<Row> rows = model.transform(images).select("anomalyScore", "map.data").collectAsList();
    assertThat(rows).hasSize(ROWS);
    for (Row row : rows) {
      int highest = 0;
      for (byte value : row.<byte[]>getAs(1)) {
        highest = Math.max(highest, Byte.toUnsignedInt(value));
      }
      assertThat(highest).isEqualTo((int) Math.round(255 * row.getDouble(0)));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> autoencoder().setFlip("sideways").fit(images))
        .hasMessage("flip must be one of none, horizontal, vertical, both, but is 'sideways'");
    assertThatThrownBy(() -> autoencoder().setShift(-1).fit(images))
        .hasMessage("shift must be at least 0, but is -1");
    assertThatThrownBy(() -> autoencoder().setShift(5).fit(images))
        .hasMessage("shift must be smaller than the images, which have 6x5 pixels, but is 5");
    assertThatThrownBy(
            () ->
                autoencoder().setHeight(3).setWidth(3).setShift(3).transformSchema(images.schema()))
        .hasMessage("shift must be smaller than the images, which have 3x3 pixels, but is 3");
  }
}
