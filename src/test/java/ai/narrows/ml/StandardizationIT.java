package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.nn.ChannelMoments;
import ai.narrows.nn.layers.Standardization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose encoder sees standardised pixels, from training to what they are used for. */
class StandardizationIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(6, 5, 3);
  private static final int ROWS = 60;

  @TempDir Path folder;
  private Dataset<Row> images;

  @BeforeAll
  void draw() {
    images = Pictures.bars(spark, ROWS, SHAPE, 6).cache();
  }

  private static Autoencoder autoencoder() {
    return new Autoencoder()
        .setHidden(12)
        .setNumWorkers(2)
        .setBatchSize(8)
        .setEpochs(3)
        .setStandardization("perChannel");
  }

  /** By all the images' bytes at once. */
  private static Standardization of(Dataset<Row> images) {
    ChannelMoments moments = new ChannelMoments(SHAPE.channels());
    images.select("image.data").collectAsList().forEach(row -> moments.add((byte[]) row.get(0)));
    return ChannelMoments.standardization(List.of(moments));
  }

  private static List<Row> scores(FittedAutoencoder<?> model, Dataset<Row> images) {
    return model
        .transform(images)
        .select("id", "reconstructionError", "anomalyScore", "prediction", "latent")
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void aModelKeepsWhatItHasLearnedFrom() throws IOException {
    AutoencoderModel model =
        autoencoder().setCorruption("gaussian").setScoreMethod("combined").fit(images);
    assertThat(model.architecture().standardization()).isEqualTo(of(images));
    SavedModel saved = new SavedModel(folder.resolve("model"));
    model.save(saved.path());
    FittedAutoencoder<?> loaded = saved.load();
    SavedModel.assertEqual(loaded, model);
    assertThat(scores(loaded, images)).isEqualTo(scores(model, images));
    AutoencoderModel plain = autoencoder().setStandardization("none").fit(images);
    plain.save(folder.resolve("plain").toString());
    SavedModel.assertEqual(new SavedModel(folder.resolve("plain")).load(), plain);
  }

  @Test
  void aConvolutionalVariationalOneHasItsScoresAndImages() {
    VariationalAutoencoderModel model =
        new VariationalAutoencoder()
            .setArchitecture("convolutional")
            .setFilters(4)
            .setLatentDim(2)
            .setNumWorkers(2)
            .setBatchSize(8)
            .setEpochs(2)
            .setStandardization("perChannel")
            .setScoreMethod("elbo")
            .fit(images);
    assertThat(model.architecture().standardization()).isEqualTo(of(images));
    assertThat(model.transform(images).where("anomalyScore > 0").count()).isEqualTo(ROWS);
    assertThat(model.decode(Vectors.dense(0, 0))).hasSize(SHAPE.size());
    model.setReconstructionCol("rebuilt");
    for (Row row : model.transform(images).limit(5).collectAsList()) {
      byte[] image = row.<Row>getAs("image").getAs("data");
      byte[] rebuilt = row.<Row>getAs("rebuilt").getAs("data");
      double error = 0;
      for (int j = 0; j < image.length; j++) {
        error += Math.pow(((image[j] & 255) - (rebuilt[j] & 255)) / 255.0, 2) / image.length;
      }
      assertThat(row.<Double>getAs("reconstructionError")).isCloseTo(error, within(2e-3));
    }
  }

  @Test
  void vectorsOfUnknownShapeHaveOneChannel() {
    StructType schema =
        new StructType().add("image", DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> vectors =
        spark.createDataFrame(
            List.of(
                RowFactory.create((Object) new Float[] {0f, 0.25f, 1f}),
                RowFactory.create((Object) new Float[] {0.5f, 0.5f, 0.75f})),
            schema);
    Standardization found = autoencoder().fit(vectors).architecture().standardization();
    assertThat(found.means()).containsExactly(0.5);
    assertThat(found.deviations().get(0))
        .isCloseTo(Math.sqrt((0.25 + 0.0625 + 0.25 + 0.0625) / 6), within(1e-15));
  }

  @Test
  void aTrainingThatGoesOnEndsAsOneThatNeverStopped() {
    float[] straight = autoencoder().fit(images).parameters();
    String checkpoints = folder.resolve("checkpoints").toString();
    autoencoder().setCheckpointDir(checkpoints).setEpochs(2).fit(images);
    Autoencoder resumed = autoencoder().setCheckpointDir(checkpoints).setResume(true);
    assertThat(resumed.fit(images.repartition(5)).parameters()).containsExactly(straight);
    assertThatThrownBy(() -> resumed.setStandardization("none").fit(images))
        .hasMessageContaining("is of another training: standardization was means [")
        .hasMessageEndingWith("], but is none");
  }

  @Test
  void aModelThatIsGoneOnWithSeesImagesAsItAlwaysDid() throws IOException {
    AutoencoderModel first = autoencoder().fit(images);
    String path = folder.resolve("first").toString();
    first.save(path);
    Dataset<Row> half = images.where("label = 1");
    AutoencoderModel further = autoencoder().setInitModel(path).fit(half);
    assertThat(further.architecture()).isEqualTo(first.architecture());
    assertThat(further.architecture().standardization()).isNotEqualTo(of(half));
    assertRefused(
        () -> autoencoder().setStandardization("none").setInitModel(path).fit(images),
        "the model in "
            + path
            + " is 90-12-3-12-90 with relu and sigmoid and standardization perChannel, but 90-12-3-12-90 with relu and sigmoid is to be trained");
  }

  @Test
  void whatCannotBeIsRefused() throws IOException {
    assertThatThrownBy(() -> autoencoder().setStandardization("perPixel").fit(images))
        .hasMessage("standardization must be one of none, perChannel, but is 'perPixel'");
    AutoencoderModel model = autoencoder().setEpochs(1).fit(images.limit(8));
    SavedModel saved = new SavedModel(folder.resolve("spoilt"));
    model.save(saved.path());
    SavedModel negative =
        saved
            .copy(folder.resolve("negative"))
            .with("\"deviations\":[0", "\"deviations\":[-0")
            .sign();
    assertThatThrownBy(negative::load)
        .hasMessageContaining(" is damaged: standardization needs finite means and positive dev");
    SavedModel more =
        saved.copy(folder.resolve("more")).with("\"means\":[0", "\"means\":[0.5,0").sign();
    assertThatThrownBy(more::load)
        .hasMessageEndingWith(
            " is damaged: standardization needs as many deviations as means, but has 3 and 4");
    SavedModel newer =
        saved.copy(folder.resolve("newer")).with("\"formatVersion\":1", "\"formatVersion\":2");
    assertRefused(
        newer::load,
        "the model in " + newer.path() + " has format version 2, but this Narrows reads 1");
  }

  @Test
  void streamsAreScoredLikewise() throws Exception {
    AutoencoderModel model = autoencoder().setEpochs(1).fit(images);
    String parquet = folder.resolve("images").toString();
    images.write().parquet(parquet);
    Dataset<Row> stream = spark.readStream().schema(images.schema()).parquet(parquet);
    model
        .transform(stream)
        .select("id", "anomalyScore")
        .writeStream()
        .format("memory")
        .queryName("standardised")
        .start()
        .processAllAvailable();
    double streamed =
        spark.table("standardised").agg(functions.sum("anomalyScore")).first().getDouble(0);
    double batch = model.transform(images).agg(functions.sum("anomalyScore")).first().getDouble(0);
    assertThat(streamed).isCloseTo(batch, within(1e-6 * batch));
    for (var query : spark.streams().active()) {
      query.stop();
    }
  }
}
