package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.Patches;
import ai.narrows.ml.persistence.InputSpec;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.ml.persistence.Threshold;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.report.HtmlReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of many sizes, trained on and scored patch by patch. */
class PatchesIT extends SparkFixture {
  private static final int SIZE = 8;
  private static final int STRIDE = 3;

  /** A patch's place in a batch is another, and with it the last bits of a matrix product. */
  private static final double TOLERANCE = 1e-5;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("label", DataTypes.IntegerType)
          .add("image", ImageRows.schema());

  @TempDir Path folder;
  private List<Row> rows;
  private Dataset<Row> images;
  private AutoencoderModel dense;

  @BeforeAll
  void train() {
    rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(picture("picture " + i, 8 + i % 7, 8 + i % 5 * 3, 1, i % 10 == 0));
    }
    rows.add(picture("large", 70, 61, 1, false)); // 22 x 19 patches: more than a batch
    images = spark.createDataFrame(rows, SCHEMA).repartition(3).cache();
    dense = autoencoder().setContamination(0.1).fit(images);
  }

  /** A slope with some noise; an anomalous one has a bright spot. */
  private static Row picture(String id, int height, int width, int channels, boolean spot) {
    RandomStream random =
        new RandomStream(3, Purpose.GENERATION, id.hashCode(), height * 1000 + width, 0);
    ImageShape shape = new ImageShape(height, width, channels);
    float[] pixels = new float[shape.size()];
    float level = random.nextFloat();
    for (int i = 0; i < pixels.length; i++) {
      int x = i / channels % width;
      pixels[i] = 0.5f * level + 0.4f * x / width + 0.1f * random.nextFloat();
    }
    if (spot) {
      for (int i = 0; i < 3; i++) {
        Arrays.fill(pixels, (i * width + 1) * channels, (i * width + 4) * channels, 1);
      }
    }
    return RowFactory.create(id, spot ? 1 : 0, ImageRows.toImage(null, shape, pixels, 0));
  }

  private static Autoencoder autoencoder() {
    return ofPatches().setHidden(16);
  }

  private static Autoencoder ofPatches() {
    return new Autoencoder()
        .setPatchSize(SIZE)
        .setPatchStride(STRIDE)
        .setLatentDim(3)
        .setBatchSize(16)
        .setEpochs(3)
        .setNumWorkers(2);
  }

  /** Begins of the patches along an axis. */
  private static List<Integer> begins(int length) {
    List<Integer> begins = new ArrayList<>();
    for (int begin = 0; begin < length - SIZE; begin += STRIDE) {
      begins.add(begin);
    }
    begins.add(length - SIZE);
    return begins;
  }

  /** A patch as a row of its own, whose id tells where it was. */
  private record Patch(String id, int top, int left, Row image) {}

  private static List<Patch> patches(Row row) {
    Row image = row.getStruct(2);
    int height = image.getInt(1);
    int width = image.getInt(2);
    int channels = image.getInt(3);
    byte[] pixels = image.getAs(5);
    List<Patch> patches = new ArrayList<>();
    for (int top : begins(height)) {
      for (int left : begins(width)) {
        float[] patch = new float[SIZE * SIZE * channels];
        for (int i = 0; i < patch.length; i++) {
          int y = top + i / channels / SIZE;
          int x = left + i / channels % SIZE;
          patch[i] = (pixels[(y * width + x) * channels + i % channels] & 0xff) / 255f;
        }
        patches.add(
            new Patch(
                String.format(Locale.ROOT, "%s/%d,%d", row.getString(0), top, left),
                top,
                left,
                ImageRows.toImage(null, new ImageShape(SIZE, SIZE, channels), patch, 0)));
      }
    }
    return patches;
  }

  /** The same network, seeing the patches as images. */
  private static <M extends FittedAutoencoder<M>> M ofWholeImages(M model) {
    ModelData data = model.data();
    return model
        .with(
            new ModelData(
                data.architecture(),
                data.parameters(),
                new InputSpec(data.input().shape(), data.input().preprocessing(), Patches.NONE),
                data.loss(),
                data.seed(),
                data.statistics(),
                new Threshold(
                    data.threshold().scoreMethod(),
                    1,
                    data.threshold().value(),
                    data.threshold().origin()),
                data.summary(),
                data.backbone()))
        .setPatchQuantile(1);
  }

  private static Map<String, Row> byId(Dataset<Row> scored) {
    Map<String, Row> byId = new TreeMap<>();
    scored.collectAsList().forEach(row -> byId.put(row.<String>getAs("id"), row));
    return byId;
  }

  private static double quantile(double share, double... values) {
    Arrays.sort(values);
    return values[(int) Math.ceil(share * values.length - 1e-9) - 1];
  }

  /** Every output of a model against its network's outputs on patches that were cut by hand. */
  private <M extends FittedAutoencoder<M>> void assertOfPatches(M model, List<Row> some) {
    double share = model.getPatchQuantile();
    model.setReconstructionCol("rebuilt").setErrorMapCol("map");
    List<Row> cut = new ArrayList<>();
    for (Row row : some) {
      patches(row).forEach(patch -> cut.add(RowFactory.create(patch.id, 0, patch.image)));
    }
    M oracle = ofWholeImages(model);
    Map<String, Row> expected =
        byId(oracle.transform(spark.createDataFrame(cut, SCHEMA).repartition(2)));
    Map<String, Row> actual =
        byId(model.transform(spark.createDataFrame(some, SCHEMA).repartition(2)));
    assertThat(actual).hasSize(some.size());
    for (Row row : some) {
      List<Patch> patches = patches(row);
      List<Row> parts = patches.stream().map(patch -> expected.get(patch.id)).toList();
      Row scored = actual.get(row.getString(0));
      for (String column : List.of("reconstructionError", "anomalyScore")) {
        double value =
            quantile(share, parts.stream().mapToDouble(p -> p.<Double>getAs(column)).toArray());
        assertThat(scored.<Double>getAs(column))
            .isCloseTo(value, within(TOLERANCE * Math.max(1, Math.abs(value))));
      }
      boolean above = scored.<Double>getAs("anomalyScore") > model.getThreshold();
      assertThat(scored.<Double>getAs("prediction")).isEqualTo(above ? 1 : 0);
      List<String> vectors = new ArrayList<>(List.of("latent"));
      if (!model.getLatentVarianceCol().isEmpty()) {
        vectors.add(model.getLatentVarianceCol());
      }
      for (String column : vectors) {
        for (int j = 0; j < model.latentDim(); j++) {
          int k = j;
          assertThat(scored.<Vector>getAs(column).apply(j))
              .isCloseTo(
                  parts.stream()
                      .mapToDouble(p -> p.<Vector>getAs(column).apply(k))
                      .average()
                      .orElseThrow(),
                  within(1e-4));
        }
      }
      for (String column : List.of("rebuilt", "map")) {
        assertStitched(scored.getAs(column), row.getStruct(2), patches, parts, column);
      }
    }
  }

  /** The mean of the patches' bytes, each of which is rounded. */
  private static void assertStitched(
      Row stitched, Row image, List<Patch> patches, List<Row> parts, String column) {
    int height = image.getInt(1);
    int width = image.getInt(2);
    int channels = column.equals("map") ? 1 : image.getInt(3);
    assertThat(stitched.getInt(1)).isEqualTo(height);
    assertThat(stitched.getInt(2)).isEqualTo(width);
    assertThat(stitched.getInt(3)).isEqualTo(channels);
    double[] sums = new double[height * width * channels];
    int[] counts = new int[sums.length];
    for (int p = 0; p < patches.size(); p++) {
      byte[] patch = parts.get(p).getStruct(parts.get(p).fieldIndex(column)).getAs(5);
      for (int i = 0; i < patch.length; i++) {
        int y = patches.get(p).top + i / channels / SIZE;
        int x = patches.get(p).left + i / channels % SIZE;
        int at = (y * width + x) * channels + i % channels;
        sums[at] += patch[i] & 0xff;
        counts[at]++;
      }
    }
    byte[] data = stitched.getAs(5);
    for (int i = 0; i < data.length; i++) {
      assertThat((double) (data[i] & 0xff)).isCloseTo(sums[i] / counts[i], within(1.01));
    }
  }

  @Test
  void aDenseModelScoresPatches() {
    List<Row> some = new ArrayList<>(rows.subList(0, 12));
    some.add(rows.get(40));
    assertOfPatches(dense.copy(new ParamMap()), some);
    AutoencoderModel model = dense.copy(new ParamMap()).setThreshold(1);
    for (String method :
        List.of("normalizedError", "latentDistance", "reencodingDistance", "combined")) {
      assertOfPatches(model.setScoreMethod(method).setPatchQuantile(0.8), some);
    }
  }

  @Test
  void aConvolutionalOneScoresThoseOfColourImages() {
    List<Row> colour = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      colour.add(picture("colour " + i, 8 + i % 6, 11 - i % 3, 3, i == 5));
    }
    AutoencoderModel model =
        ofPatches()
            .setArchitecture("convolutional")
            .setFilters(4, 6)
            .setPatchQuantile(0.5)
            .setScoreMethod("combined")
            .setValidationFraction(0.2)
            .fit(spark.createDataFrame(colour, SCHEMA).repartition(2));
    assertThat(model.imageShape()).isEqualTo(new ImageShape(SIZE, SIZE, 3));
    assertOfPatches(model, colour);
  }

  @Test
  void aVariationalOneScoresLikelihoodsAndGeneratesPatches() {
    VariationalAutoencoderModel model =
        new VariationalAutoencoder()
            .setPatchSize(SIZE)
            .setPatchStride(STRIDE)
            .setHidden(12)
            .setLatentDim(2)
            .setEpochs(1)
            .setNumWorkers(1)
            .setScoreMethod("elbo")
            .setLatentVarianceCol("variance")
            .fit(images);
    assertOfPatches(model, rows.subList(0, 8));
    Row generated = model.generate(1, 1).select("image").first().getStruct(0);
    assertThat(generated.getInt(1)).isEqualTo(SIZE);
    assertThat(model.interpolate(Vectors.zeros(2), Vectors.dense(1, 1), 3).count()).isEqualTo(3);
    assertThatThrownBy(() -> model.interpolate(images, "picture 1", "picture 2", 3))
        .hasMessage(
            "images cannot be interpolated by a model of patches: its latents make patches of 8x8x1, no images");
    assertThat(new HtmlReport(model, "patches").html()).contains("\"rows\":\"patches\"");
  }

  /** Of 41 images floor(0.1 * 41) lie above it. */
  @Test
  void theThresholdIsOneOfImages() {
    Dataset<Row> scored = dense.transform(images);
    assertThat(scored.where("prediction = 1").count()).isEqualTo(4);
    long patches = rows.stream().mapToLong(row -> patches(row).size()).sum();
    assertThat(dense.summary().rows()).isEqualTo(patches);
    assertThat(dense.summary().toString()).contains("patches");
    AutoencoderModel best = dense.withMaxF1Threshold(images, functions.col("label").equalTo(1));
    assertThat(best.getThresholdMethod()).isEqualTo("maxF1");
    AutoencoderModel median = autoencoder().setPatchQuantile(0.5).setContamination(0.3).fit(images);
    assertThat(median.transform(images).where("prediction = 1").count()).isEqualTo(12);
    assertThatThrownBy(() -> dense.copy(new ParamMap()).setPatchQuantile(0.5).transform(images))
        .hasMessage(
            String.format(
                Locale.ROOT,
                "threshold %s was computed for patchQuantile 1.0; for patchQuantile 0.5 set threshold, or an empty predictionCol",
                dense.data().threshold().value()));
    assertThat(best.copy(new ParamMap()).setPatchQuantile(0.5).setThreshold(1).transform(images))
        .isNotNull();
  }

  @Test
  void neitherTheOrderOfTheImagesNorPartitionsMatter() {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.reverse(shuffled);
    Autoencoder autoencoder = autoencoder().setValidationFraction(0.25).setContamination(0.2);
    AutoencoderModel one = autoencoder.fit(images);
    AutoencoderModel other =
        autoencoder.fit(spark.createDataFrame(shuffled, SCHEMA).repartition(7));
    assertThat(other.parameters()).containsExactly(one.parameters());
    assertThat(other.getThreshold()).isEqualTo(one.getThreshold());
    assertThat(other.summary().validationRows()).isEqualTo(one.summary().validationRows());
    assertThat(one.summary().rows() + one.summary().validationRows())
        .isEqualTo(dense.summary().rows());
  }

  @Test
  void aSavedModelIsTheSame() throws Exception {
    AutoencoderModel model = autoencoder().setPatchQuantile(0.9).setContamination(0.2).fit(images);
    SavedModel saved = new SavedModel(folder.resolve("model"));
    model.save(saved.path());
    assertThat(saved.json().at("/narrows/model/input/patches").toString())
        .isEqualTo("{\"size\":8,\"stride\":3}");
    FittedAutoencoder<?> loaded = saved.load();
    SavedModel.assertEqual(loaded, model);
    assertThat(byId(loaded.transform(images)).values())
        .hasSameElementsAs(byId(model.transform(images)).values());
    saved.with("\"stride\":3", "\"stride\":4");
    assertThatThrownBy(saved::load).hasMessageContaining("its checksum does not match");
  }

  @Test
  void streamsGiveWhatTablesGive() throws Exception {
    String files = folder.resolve("images").toString();
    images.write().parquet(files);
    AutoencoderModel model = dense.copy(new ParamMap()).setErrorMapCol("map");
    model
        .transform(spark.readStream().schema(SCHEMA).option("maxFilesPerTrigger", 1).parquet(files))
        .writeStream()
        .format("memory")
        .queryName("patches")
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    Map<String, Row> streamed = byId(spark.table("patches"));
    Map<String, Row> expected = byId(model.transform(images));
    assertThat(streamed).containsOnlyKeys(expected.keySet());
    streamed.forEach(
        (id, row) ->
            assertThat(row.<Double>getAs("anomalyScore"))
                .isCloseTo(expected.get(id).<Double>getAs("anomalyScore"), within(TOLERANCE)));
  }

  /** Unreadable rows between images whose patches are still under way. */
  @Test
  void unreadableImagesAreKeptOrLeftOut() {
    List<Row> some = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      some.add(rows.get(40 - i));
      some.add(RowFactory.create("none " + i, 0, null));
    }
    Dataset<Row> mixed = spark.createDataFrame(some, SCHEMA).coalesce(1);
    AutoencoderModel model = dense.copy(new ParamMap()).setHandleInvalid("keep");
    List<Row> kept = model.transform(mixed).select("id", "anomalyScore").collectAsList();
    assertThat(kept.stream().map(row -> row.getString(0)))
        .containsExactlyElementsOf(some.stream().map(row -> row.getString(0)).toList());
    assertThat(kept).allMatch(row -> row.isNullAt(1) == row.getString(0).startsWith("none"));
    assertThat(model.setHandleInvalid("skip").transform(mixed).count()).isEqualTo(41);
    AutoencoderModel skipped = autoencoder().setHandleInvalid("skip").fit(mixed);
    assertThat(skipped.parameters()).containsExactly(dense.parameters());
    assertThat(skipped.summary().skippedRows()).isEqualTo(41);
  }

  @Test
  void vectorsThatAreGivenAShapeAreCutAsImagesAre() {
    List<Row> pictures = new ArrayList<>();
    List<Row> vectors = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Row picture = picture("same size " + i, 12, 10, 1, i == 3);
      byte[] bytes = picture.getStruct(2).getAs(5);
      double[] values = new double[bytes.length];
      for (int j = 0; j < values.length; j++) {
        values[j] = (bytes[j] & 0xff) / 255.0;
      }
      pictures.add(picture);
      vectors.add(RowFactory.create(picture.getString(0), Vectors.dense(values)));
    }
    StructType schema =
        new StructType().add("id", DataTypes.StringType).add("image", SQLDataTypes.VectorType());
    Dataset<Row> flat = spark.createDataFrame(vectors, schema).repartition(2);
    AutoencoderModel model = autoencoder().setHeight(12).setWidth(10).fit(flat);
    Map<String, Row> expected = byId(model.transform(spark.createDataFrame(pictures, SCHEMA)));
    byId(model.transform(flat))
        .forEach(
            (id, row) ->
                assertThat(row.<Double>getAs("anomalyScore"))
                    .isCloseTo(expected.get(id).<Double>getAs("anomalyScore"), within(TOLERANCE)));
    assertRefused(
        () -> autoencoder().fit(flat),
        "column 'image' is of type struct<type:tinyint,size:int,indices:array<int>,values:array<double>>, whose values have no shape that patches could be cut from: set height and width");
    assertThatThrownBy(() -> dense.transform(flat)).hasMessageContaining("have no shape");
  }

  @Test
  void whatCannotBeIsRefused() {
    List<Row> small = new ArrayList<>(rows);
    small.add(picture("small", 30, 7, 1, false));
    Dataset<Row> withSmall = spark.createDataFrame(small, SCHEMA).repartition(2);
    String tooSmall =
        "image 'small' is 30x7x1, but a patch takes 8x8 pixels; set a smaller patchSize, or height and width to resize";
    assertRefused(() -> autoencoder().fit(withSmall), tooSmall);
    assertRefused(() -> dense.transform(withSmall).collectAsList(), tooSmall);
    Dataset<Row> colour = spark.createDataFrame(List.of(picture("colour", 9, 9, 3, false)), SCHEMA);
    assertRefused(
        () -> dense.transform(colour).collectAsList(),
        "image 'colour' is 9x9x3, but patches of 8x8x1 are expected; set channels to convert");
    assertRefused(
        () -> autoencoder().setPatchStride(9).fit(images),
        "patchStride must be at most patchSize, or pixels between patches are lost, but is 9 with patchSize 8");
    assertRefused(
        () -> autoencoder().setHeight(20).setWidth(7).fit(images),
        "patchSize must be at most height and width, but is 8 with images resized to 20x7");
    assertThatThrownBy(() -> autoencoder().setPatchQuantile(0).fit(images))
        .hasMessage("patchQuantile must be above 0 and at most 1, but is 0.0");
    assertThatThrownBy(
            () -> autoencoder().setPatchSize(0).setPatchStride(0).setPatchQuantile(0.9).fit(images))
        .hasMessage("patchQuantile must be 1 where images are not cut into patches, but is 0.9");
    assertThatThrownBy(() -> autoencoder().setLoss("ssim").fit(images))
        .hasMessage("loss ssim needs images of at least 11x11 pixels, but they are 8x8");
  }

  @Test
  void aTrainingGoesOnWithThePatchesItHad() throws Exception {
    String checkpoints = folder.resolve("checkpoints").toString();
    autoencoder().setCheckpointDir(checkpoints).setEpochs(1).fit(images);
    AutoencoderModel resumed =
        autoencoder().setCheckpointDir(checkpoints).setResume(true).fit(images);
    assertThat(resumed.parameters()).containsExactly(dense.parameters());
    assertThatThrownBy(
            () ->
                autoencoder()
                    .setPatchStride(4)
                    .setCheckpointDir(checkpoints)
                    .setResume(true)
                    .fit(images))
        .hasMessageContaining("patchStride was 3, but is 4");
    String start = folder.resolve("start").toString();
    dense.save(start);
    assertThat(autoencoder().setPatchStride(8).setInitModel(start).fit(images).getThreshold())
        .isPositive();
  }
}
