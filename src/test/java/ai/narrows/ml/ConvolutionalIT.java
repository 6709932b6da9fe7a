package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.nn.layers.Topology;
import ai.narrows.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a dense network does, with a convolutional one. */
class ConvolutionalIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(9, 7, 3);

  @TempDir Path folder;
  private Dataset<Row> images;

  @BeforeAll
  void draw() {
    images = Pictures.bars(spark, 120, SHAPE, 6).cache();
  }

  private static Autoencoder autoencoder() {
    return new Autoencoder()
        .setArchitecture("convolutional")
        .setFilters(4, 8)
        .setLatentDim(5)
        .setNumWorkers(2)
        .setBatchSize(8)
        .setStepSize(3e-3)
        .setEpochs(4)
        .setValidationFraction(0.1);
  }

  @Test
  void aModelLearnsAndIsTheSameWhenItIsLoaded() throws IOException {
    AutoencoderModel model = autoencoder().setEpochs(25).setScoreMethod("combined").fit(images);
    assertThat(model.architecture().topology())
        .isEqualTo(
            new Topology.Convolutional(
                9,
                7,
                3,
                List.of(4, 8),
                3,
                2,
                Topology.Downsampling.STRIDED,
                Topology.Upsampling.TRANSPOSED,
                Topology.Normalization.NONE));
    List<Double> losses =
        model.summary().history().stream().map(epoch -> epoch.validationLoss()).toList();
    assertThat(losses.get(24)).isLessThan(0.8 * losses.get(0));
    String path = folder.resolve("model").toString();
    model.save(path);
    AutoencoderModel loaded = AutoencoderModel.load(path);
    loaded.setErrorMapCol("errorMap");
    loaded.setReconstructionCol("reconstruction");
    assertThat(loaded.architecture()).isEqualTo(model.architecture());
    List<Row> expected = scores(model);
    assertThat(scores(loaded)).isEqualTo(expected);
    Row first = loaded.transform(images).select("errorMap", "reconstruction").first();
    assertThat(first.getStruct(0).getInt(1)).isEqualTo(9); // height
    assertThat(first.getStruct(0).getInt(2)).isEqualTo(7); // width
    assertThat(first.getStruct(1).getInt(3)).isEqualTo(3); // channels
    assertThat(new HtmlReport(loaded, "conv").html())
        .contains("9x7x3-[4-8 3x3/2]-5-[8-4 3x3/2]-9x7x3");
  }

  private List<Row> scores(AutoencoderModel model) {
    return model
        .transform(images)
        .select("id", "anomalyScore", "prediction", "latent")
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void aTrainingThatGoesOnEndsAsOneThatNeverStopped() {
    float[] straight = autoencoder().fit(images).parameters();
    String checkpoints = folder.resolve("checkpoints").toString();
    autoencoder().setCheckpointDir(checkpoints).setEpochs(2).fit(images);
    AutoencoderModel resumed =
        autoencoder().setCheckpointDir(checkpoints).setResume(true).fit(images);
    assertThat(resumed.parameters()).containsExactly(straight);
  }

  @Test
  void aVariationalOneWithAllElseThatThereIsGeneratesImages() {
    VariationalAutoencoderModel model =
        new VariationalAutoencoder()
            .setArchitecture("convolutional")
            .setFilters(4, 8)
            .setDownsampling("averagePooling")
            .setUpsampling("nearest")
            .setNormalization("group")
            .setLatentDim(3)
            .setNumWorkers(2)
            .setBatchSize(16)
            .setEpochs(2)
            .setScoreMethod("elbo")
            .fit(images);
    assertThat(model.transform(images).where("anomalyScore >= 0").count()).isEqualTo(120);
    assertThat(model.decode(Vectors.dense(0, 0, 0))).hasSize(SHAPE.size());
    assertThat(model.summary().history().get(1).loss())
        .isLessThan(model.summary().history().get(0).loss());
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnyWork() {
    assertThatThrownBy(() -> autoencoder().setFilters().fit(images))
        .hasMessage("filters must be one or more sizes of at least 1, but is []");
    assertThatThrownBy(() -> autoencoder().setArchitecture("deep").fit(images))
        .hasMessage("architecture must be one of dense, convolutional, but is 'deep'");
    assertThatThrownBy(() -> autoencoder().setUpsampling("bilinear").fit(images))
        .hasMessage("upsampling must be one of transposed, nearest, but is 'bilinear'");
    assertThatThrownBy(() -> autoencoder().setFilters(2, 2, 2, 2, 2).fit(images))
        .hasMessageContaining("at most 4 sizes for images of 9x7 with stride 2");
    assertThatThrownBy(() -> autoencoder().setLoss("ssim").fit(images))
        .hasMessage("loss ssim needs images of at least 11x11 pixels, but they are 9x7");
    StructType schema =
        new StructType().add("image", DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> vectors =
        spark.createDataFrame(
            List.of(RowFactory.create((Object) new Float[] {0f, 0.5f, 1f})), schema);
    assertRefused(
        () -> autoencoder().fit(vectors),
        "architecture convolutional needs images with a height and a width, but these are vectors of 3 values");
  }
}
