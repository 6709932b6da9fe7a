package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.features.BackboneSpec;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.report.HtmlReport;
import ai.narrows.report.ScoreTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks on the features of a backbone: trained, saved, loaded, scored. */
class BackboneIT extends SparkFixture {
  private static final int IMAGES = 60;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("label", DataTypes.IntegerType)
          .add("image", ImageRows.schema());

  @TempDir static Path folder;
  private List<Row> rows;
  private Dataset<Row> images;
  private String onnx;

  @BeforeAll
  void make() throws IOException {
    rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(picture(i));
    }
    images = spark.createDataFrame(rows, SCHEMA).repartition(3).cache();
    onnx = folder.resolve("grids.onnx").toString();
    try (InputStream in = BackboneIT.class.getResourceAsStream("/backbones/grids.onnx")) {
      Files.copy(in, Path.of(onnx));
    }
  }

  /** Vertical stripes; every tenth image has a patch of horizontal ones. Of several sizes. */
  private static Row picture(int i) {
    RandomStream random = new RandomStream(5, Purpose.GENERATION, i, 0, 0);
    int height = 24 + i % 5;
    int width = 20 + i % 7;
    ImageShape shape = new ImageShape(height, width, i % 3 == 0 ? 3 : 1);
    float[] pixels = new float[shape.size()];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean defect = i % 10 == 0 && y > 8 && y < 16 && x > 6 && x < 14;
        int along = defect ? y : x;
        float value = (along / 2 % 2 == 0 ? 0.7f : 0.3f) + 0.05f * random.nextFloat();
        for (int c = 0; c < shape.channels(); c++) {
          pixels[(y * width + x) * shape.channels() + c] = value;
        }
      }
    }
    return RowFactory.create(
        "image " + i, i % 10 == 0 ? 1 : 0, ImageRows.toImage(null, shape, pixels, 0));
  }

  /** A network per position. */
  private static Autoencoder perPosition() {
    return new Autoencoder()
        .setPatchSize(1)
        .setPatchQuantile(0.9)
        .setHidden(12)
        .setLatentDim(4)
        .setBatchSize(32)
        .setEpochs(3)
        .setNumWorkers(2);
  }

  private Autoencoder onOnnx() {
    return perPosition().setBackbone(onnx).setBackboneGrid(4);
  }

  private static Map<String, Double> scores(FittedAutoencoder<?> model, Dataset<Row> images) {
    Map<String, Double> scores = new TreeMap<>();
    for (Row row : model.transform(images).select("id", "anomalyScore").collectAsList()) {
      scores.put(row.getString(0), row.getDouble(1));
    }
    return scores;
  }

  private static void assertNear(Map<String, Double> one, Map<String, Double> other) {
    assertThat(one.keySet()).isEqualTo(other.keySet());
    one.forEach((id, score) -> assertThat(other.get(id)).isCloseTo(score, within(1e-5 * score)));
  }

  @Test
  void aModelKnowsItsBackbone() throws IOException {
    AutoencoderModel model = onOnnx().fit(images);
    assertThat(model.imageShape()).isEqualTo(new ImageShape(1, 1, 10));
    assertThat(model.preprocessing()).isEqualTo(new Preprocessing(16, 16, 3));
    assertThat(model.summary().rows()).isEqualTo(16 * IMAGES);
    BackboneSpec backbone = model.backbone();
    assertThat(backbone.outputs()).containsExactly("fine", "coarse");
    assertThat(backbone.scale().channels()).isEqualTo(10);
    Map<String, Double> scores = scores(model, images);

    String saved = folder.resolve("model").toString();
    model.write().save(saved);
    assertThat(Files.readAllBytes(Path.of(saved, "backbone.onnx")))
        .isEqualTo(Files.readAllBytes(Path.of(onnx)));
    AutoencoderModel loaded = AutoencoderModel.load(saved);
    assertThat(loaded.backbone()).isEqualTo(backbone);
    assertThat(scores(loaded, images)).isEqualTo(scores);

    byte[] bytes = Files.readAllBytes(Path.of(saved, "backbone.onnx"));
    bytes[100] ^= 1;
    Files.write(Path.of(saved, "backbone.onnx"), bytes);
    assertThatThrownBy(() -> AutoencoderModel.load(saved))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is damaged: its checksum does not match");
    Files.delete(Path.of(saved, "backbone.onnx"));
    assertThatThrownBy(() -> AutoencoderModel.load(saved))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is damaged: it has no file backbone.onnx");
  }

  /** The same weights and scale however the images are cut into partitions. */
  @Test
  void partitionsDoNotMatter() {
    for (Autoencoder estimator :
        List.of(onOnnx(), perPosition().setBackbone("filters").setBackboneSize(32))) {
      AutoencoderModel one = estimator.fit(images);
      AutoencoderModel other =
          estimator.fit(spark.createDataFrame(rows, SCHEMA).orderBy("label").repartition(7));
      assertThat(other.parameters()).isEqualTo(one.parameters());
      assertThat(other.backbone()).isEqualTo(one.backbone());
      assertThat(other.getThreshold()).isEqualTo(one.getThreshold());
    }
  }

  /** Validation images are no part of the scale: it is that of the others. */
  @Test
  void onlyTrainingImagesScale() {
    AutoencoderModel all = onOnnx().fit(images);
    AutoencoderModel some = onOnnx().setValidationFraction(0.5).fit(images);
    assertThat(some.backbone().scale()).isNotEqualTo(all.backbone().scale());
  }

  @Test
  void filtersFindWhatHasAnotherDirection() {
    AutoencoderModel model =
        perPosition()
            .setBackbone("filters")
            .setBackboneSize(32)
            .setEpochs(10)
            .fit(images.where("label = 0"));
    List<Row> highest =
        model
            .transform(images)
            .orderBy(org.apache.spark.sql.functions.desc("anomalyScore"))
            .limit(IMAGES / 10)
            .collectAsList();
    assertThat(highest).allMatch(row -> row.<Integer>getAs("label") == 1);
  }

  /** Dense and convolutional networks on whole grids; maps and embeddings of images. */
  @Test
  void otherArchitectures() {
    AutoencoderModel convolutional =
        new Autoencoder()
            .setBackbone(onnx)
            .setBackboneGrid(8)
            .setArchitecture("convolutional")
            .setFilters(8)
            .setLatentDim(6)
            .setEpochs(1)
            .setNumWorkers(1)
            .setErrorMapCol("map")
            .fit(images);
    assertThat(convolutional.imageShape()).isEqualTo(new ImageShape(8, 8, 10));
    Row row = convolutional.transform(images).select("latent", "map").first();
    assertThat(row.<Vector>getAs(0).size()).isEqualTo(6);
    assertThat(row.getStruct(1).<Integer>getAs("height")).isEqualTo(16);
    VariationalAutoencoderModel vae =
        new VariationalAutoencoder()
            .setBackbone("filters")
            .setBackboneSize(16)
            .setHidden(8)
            .setLatentDim(2)
            .setEpochs(1)
            .setNumWorkers(1)
            .fit(images);
    assertThatThrownBy(() -> vae.generate(2, 1))
        .hasMessage(
            "decoding needs a model of pixels, but this one reconstructs features of the backbone filters");
    assertThat(new HtmlReport(vae, "vae").html()).contains("vae");
  }

  @Test
  void aReportShowsImagesAndErrors() {
    AutoencoderModel model = onOnnx().fit(images);
    Dataset<Row> scored = model.transform(images).drop("image", "latent").cache();
    String page =
        new HtmlReport(model, "stripes")
            .withScores(
                new ScoreTable(
                    scored,
                    "id",
                    "anomalyScore",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                Optional.of(images))
            .html();
    assertThat(page).contains("\"heat\":\"data:image").doesNotContain("\"reconstruction\":\"data");
  }

  @Test
  void pipelinesAndFineTuning() {
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {onOnnx()}).fit(images);
    String saved = folder.resolve("pipeline").toString();
    try {
      pipeline.write().overwrite().save(saved);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    AutoencoderModel model = (AutoencoderModel) PipelineModel.load(saved).stages()[0];
    assertNear(scores(model, images), scores((AutoencoderModel) pipeline.stages()[0], images));
    String init = folder.resolve("init").toString();
    try {
      model.write().overwrite().save(init);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    AutoencoderModel tuned =
        onOnnx().setInitModel(init).setEpochs(1).fit(images.where("id < 'image 4'"));
    assertThat(tuned.backbone()).isEqualTo(model.backbone()); // with the scale that it has learned
    assertThatThrownBy(() -> onOnnx().setBackboneMean("0,0,0").setInitModel(init).fit(images))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("works on features of the backbone")
        .hasMessageContaining("is to be trained on");
    assertThatThrownBy(
            () -> perPosition().setHeight(16).setWidth(16).setInitModel(init).fit(images))
        .isInstanceOf(InputException.class);
  }

  @Test
  void aCheckpointOfAnotherBackboneIsNotResumed() {
    String checkpoints = folder.resolve("checkpoints").toString();
    onOnnx().setCheckpointDir(checkpoints).fit(images);
    assertThatThrownBy(
            () ->
                onOnnx()
                    .setBackboneOutputs("coarse,fine")
                    .setCheckpointDir(checkpoints)
                    .setResume(true)
                    .setEpochs(4)
                    .fit(images))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("backbone");
  }

  @Test
  void paramsThatDoNotGoTogether() {
    assertThatThrownBy(() -> onOnnx().setHeight(32).setWidth(32).fit(images))
        .isInstanceOf(ParamException.class)
        .hasMessage(
            "height 32 has no effect without an empty backbone: set that, or leave height out");
    assertThatThrownBy(() -> onOnnx().setReconstructionCol("rebuilt").fit(images))
        .hasMessageContaining("reconstructionCol rebuilt has no effect without an empty backbone");
    assertThatThrownBy(() -> perPosition().setBackboneSize(32).fit(images))
        .hasMessageContaining("backboneSize 32 has no effect without backbone");
    assertThatThrownBy(() -> onOnnx().setBackboneMean("1,2").fit(images))
        .hasMessage(
            "backboneMean must be three numbers separated by commas: of red, green and blue, but is '1,2'");
    assertThatThrownBy(() -> onOnnx().setBackboneStd("1,0,1").fit(images))
        .hasMessageContaining("backboneStd must be three positive numbers");
    assertThatThrownBy(() -> onOnnx().setBackbone(folder + "/none.onnx").fit(images))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none.onnx cannot be read");
    AutoencoderModel model = onOnnx().fit(images);
    assertThatThrownBy(() -> model.setReconstructionCol("rebuilt").transform(images))
        .hasMessage(
            "reconstructionCol must be empty: a model with a backbone reconstructs features, not images");
    Dataset<Row> vectors = spark.sql("select 'a' id, array(0.5D, 0.5D) image");
    assertThatThrownBy(() -> new Autoencoder().setBackbone(onnx).fit(vectors))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a backbone takes images");
  }
}
