package ai.narrows.docs;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.Photos;
import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.source.ImageStream;
import ai.narrows.ml.AnomalyEvaluator;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.VariationalAutoencoder;
import ai.narrows.ml.VariationalAutoencoderModel;
import ai.narrows.ml.metrics.Calibration;
import ai.narrows.ml.metrics.RankedScores;
import ai.narrows.ml.onnx.OnnxOptions;
import ai.narrows.ml.summary.Provenance;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.report.HtmlReport;
import ai.narrows.report.ScoreTable;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingListener;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java of the pages, run. What stands between {@code begin} and {@code end} is a block of a
 * page, word for word; {@link PagesTest} compares them.
 */
public class JavaApiIT extends SparkFixture {
  private static final int GOOD = 80;
  private static final int SCRATCHED = 16;

  @TempDir static Path folder;
  private org.apache.hadoop.fs.Path before;
  private Dataset<Row> images;
  private Autoencoder autoencoder;
  private AutoencoderModel model;
  private VariationalAutoencoderModel vae;

  /** Paths on the pages are relative: they are meant to lie below {@link #folder}. */
  @BeforeAll
  void readAndFit() throws IOException {
    Photos.slopes(folder.resolve("photos/good"), GOOD);
    Photos.boards(folder.resolve("photos/scratched"), SCRATCHED);
    Files.createSymbolicLink(folder.resolve("data"), Path.of("data").toAbsolutePath());
    before = files().getWorkingDirectory();
    files().setWorkingDirectory(new org.apache.hadoop.fs.Path(folder.toUri()));

    // begin: imagefolder
    Dataset<Row> images =
        spark.read().format("imagefolder").option("labels", "folder").load("photos");
    // end: imagefolder
    this.images = images;

    // begin: autoencoder
    Autoencoder autoencoder =
        new Autoencoder()
            .setHeight(32)
            .setWidth(32)
            .setChannels(1)
            .setHidden(128, 32)
            .setLatentDim(4)
            .setEpochs(20)
            .setBatchSize(16)
            .setContamination(0.05)
            .setSeed(1);
    // end: autoencoder
    this.autoencoder = autoencoder;

    // begin: fit
    AutoencoderModel model = autoencoder.fit(images.where("labelName = 'good'"));
    // end: fit
    this.model = model;

    // begin: vae
    VariationalAutoencoderModel vae =
        new VariationalAutoencoder()
            .setHeight(32)
            .setWidth(32)
            .setChannels(1)
            .setHidden(64)
            .setLatentDim(8)
            .setBeta(0.5)
            .setEpochs(10)
            .setBatchSize(16)
            .fit(images);
    // end: vae
    this.vae = vae;
  }

  private FileSystem files() throws IOException {
    return FileSystem.get(spark.sessionState().newHadoopConf());
  }

  @AfterAll
  void backToWhereWeWere() throws IOException {
    files().setWorkingDirectory(before);
  }

  @Test
  void serving() throws IOException, OrtException {
    Row row = model.transform(images).orderBy("id").first();
    BufferedImage image =
        ImageIO.read(folder.resolve("photos").resolve(row.<String>getAs("id")).toFile());
    // begin: toOnnx
    Files.write(Path.of("parts.onnx"), model.toOnnx(OnnxOptions.DEFAULT.withImageSize(32, 32)));
    // end: toOnnx
    // begin: onnxRuntime
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float score;
    try (OrtSession session = environment.createSession("parts.onnx")) {
      Raster raster = image.getRaster(); // grey as it is in the file: getRGB would convert it
      int height = image.getHeight();
      int width = image.getWidth();
      ByteBuffer pixels = ByteBuffer.allocateDirect(height * width);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          pixels.put((byte) raster.getSample(x, y, 0));
        }
      }
      long[] shape = {1, height, width, 1};
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, pixels.flip(), shape, OnnxJavaType.UINT8);
          OrtSession.Result result = session.run(Map.of("image", tensor))) {
        score = ((float[]) result.get("anomalyScore").orElseThrow().getValue())[0];
      }
    }
    // end: onnxRuntime
    Files.delete(Path.of("parts.onnx"));
    double expected = row.getAs("anomalyScore");
    assertThat((double) score).isCloseTo(expected, within(1e-5 * expected));
  }

  @Test
  void readme() throws IOException {
    // begin: readme
    SparkSession spark = SparkSession.builder().getOrCreate();
    Dataset<Row> images =
        spark.read().format("imagefolder").option("labels", "folder").load("photos");

    Autoencoder estimator =
        new Autoencoder()
            .setHeight(64)
            .setWidth(64)
            .setChannels(1)
            .setHidden(256, 64)
            .setLatentDim(16)
            .setEpochs(30)
            .setContamination(0.02);
    AutoencoderModel model = estimator.fit(images.where("labelName = 'good'"));

    // Lazy: adds reconstructionError, anomalyScore, prediction and latent.
    Dataset<Row> scored = model.transform(images);
    scored.where("prediction = 1.0").select("id", "anomalyScore").show();

    model.write().overwrite().save("model");
    AutoencoderModel again = AutoencoderModel.load("model");
    // end: readme
    assertThat(again.parameters()).isEqualTo(model.parameters());
    assertThat(scored.where("prediction = 1.0 AND labelName = 'scratched'").count())
        .isEqualTo(SCRATCHED);
  }

  @Test
  void reading() {
    // begin: idx
    Dataset<Row> clothes =
        spark.read().format("idx").load("data/fashion-mnist/t10k-images-idx3-ubyte.gz");
    Dataset<Row> trousers = clothes.where("label = 1");
    // end: idx
    assertThat(trousers.count()).isEqualTo(1_000);
    assertThat(images.columns()).contains("id", "image", "label", "labelName");
  }

  @Test
  void labels() {
    Dataset<Row> moreImages = images.where("labelName = 'good'");
    // begin: rate
    AutoencoderModel strict = model.withFalsePositiveRate(moreImages, 0.02);
    Calibration calibration = strict.thresholdOrigin().calibration();
    System.out.println(calibration.images() + " " + calibration.falsePositiveRate());
    // end: rate
    assertThat(calibration.kind()).isEqualTo("normal");

    // begin: threshold
    AutoencoderModel tuned = model.withMaxF1Threshold(images, col("labelName").notEqual("good"));
    // end: threshold
    assertThat(
            tuned.transform(images).where("prediction = 1.0 AND labelName = 'scratched'").count())
        .isEqualTo(SCRATCHED);

    Dataset<Row> scored = tuned.transform(images);
    // begin: ranked
    Column anomalous = col("labelName").notEqual("good");
    try (RankedScores ranked =
        RankedScores.of(scored, "anomalyScore", anomalous, "prediction", col("labelName"))) {
      System.out.println(ranked.metrics().auroc());
      System.out.println(ranked.bootstrap(1000, 1).auroc());
      ranked.classes().forEach(System.out::println);
    }
    // end: ranked
  }

  @Test
  void report() {
    Dataset<Row> scored = model.transform(images);
    // begin: report
    ScoreTable table =
        new ScoreTable(
            scored,
            "id",
            "anomalyScore",
            Optional.of("prediction"),
            Optional.of("labelName"),
            Optional.of(col("labelName").notEqual("good")));
    String page = new HtmlReport(model, "photos").withScores(table, Optional.of(images)).html();
    // end: report
    assertThat(page)
        .contains("<title>photos")
        .contains(String.format(Locale.ROOT, "\"scored\":%d,", GOOD + SCRATCHED));
  }

  @Test
  void listening() {
    // begin: listener
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochFinished(EpochReport report, int epochs) {
            System.out.printf(
                Locale.ROOT, "epoch %d of %d: loss %.5f%n", report.epoch(), epochs, report.loss());
          }
        };
    AutoencoderModel watched = autoencoder.setListener(listener).fit(images);
    // end: listener
    autoencoder.setListener(TrainingListener.NONE);
    assertThat(watched.summary().rows()).isEqualTo(GOOD + SCRATCHED);
  }

  @Test
  void summary() {
    // begin: summary
    TrainingSummary summary = model.summary();
    System.out.println(summary);
    for (EpochReport epoch : summary.history()) {
      System.out.printf(Locale.ROOT, "%3d  %.5f%n", epoch.epoch(), epoch.loss());
    }
    summary.historyTable(spark).write().mode("overwrite").parquet("history");
    // end: summary
    // begin: provenance
    Provenance provenance = model.summary().provenance();
    System.out.println(provenance.library() + " " + provenance.images().paths());
    System.out.println(model.thresholdOrigin());
    // end: provenance
    assertThat(provenance.images().paths()).isNotEmpty();
    assertThat(summary.history()).hasSize(20);
    assertThat(summary.rows()).isEqualTo(GOOD);
  }

  @Test
  void scoring() {
    // begin: transform
    Dataset<Row> scored = model.transform(images);
    scored
        .groupBy("labelName")
        .agg(avg("anomalyScore").as("score"), avg("prediction").as("predicted"))
        .show();
    // end: transform
    assertThat(scored.where("prediction = 1.0 AND labelName = 'scratched'").count())
        .isEqualTo(SCRATCHED);

    // begin: columns
    AutoencoderModel embedder =
        model
            .copy(new ParamMap())
            .setLatentCol("embedding")
            .setReconstructionErrorCol("")
            .setAnomalyScoreCol("")
            .setPredictionCol("");
    Dataset<Row> embeddings = embedder.transform(images).select("id", "embedding");
    // end: columns
    assertThat(embeddings.first().<Vector>getAs("embedding").size()).isEqualTo(4);
    assertThat(model.getLatentCol()).isEqualTo("latent");
  }

  @Test
  void streams() throws Exception {
    // begin: streams
    Dataset<Row> arriving = ImageStream.of(spark, List.of("photos"), Map.of());
    StreamingQuery query =
        model
            .transform(arriving)
            .drop("image")
            .writeStream()
            .option("checkpointLocation", folder + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .start(folder + "/scores");
    query.awaitTermination();
    // end: streams
    Dataset<Row> scored = spark.read().parquet(folder + "/scores");
    assertThat(scored.count()).isEqualTo(GOOD + SCRATCHED);
    assertThat(scored.where("prediction = 1.0 AND id LIKE 'scratched/%'").count())
        .isEqualTo(SCRATCHED);
  }

  @Test
  void sql() {
    // begin: sql
    model.transform(images).createOrReplaceTempView("scores");
    Dataset<Row> strangest =
        spark.sql("SELECT id, anomalyScore FROM scores ORDER BY anomalyScore DESC LIMIT 5");
    // end: sql
    assertThat(strangest.collectAsList())
        .hasSize(5)
        .allSatisfy(row -> assertThat(row.<String>getAs("id")).startsWith("scratched/"));
  }

  @Test
  void savingAndLoading() throws IOException {
    // begin: save
    model.write().overwrite().save("models/photos");
    AutoencoderModel loaded = AutoencoderModel.load("models/photos").setThreshold(0.05);
    // end: save
    assertThat(loaded.parameters()).isEqualTo(model.parameters());
    assertThat(loaded.getThreshold()).isEqualTo(0.05);

    // begin: initModel
    AutoencoderModel further =
        autoencoder
            .copy(new ParamMap())
            .setInitModel("models/photos")
            .fit(images.where("labelName = 'good'"));
    // end: initModel
    assertThat(further.summary().history().get(0).loss())
        .isLessThan(model.summary().history().get(0).loss());
  }

  @Test
  void pipeline() throws IOException {
    // begin: pipeline
    KMeans kinds = new KMeans().setFeaturesCol("latent").setPredictionCol("kind").setK(3);
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {autoencoder, kinds});
    PipelineModel fitted = pipeline.fit(images);
    fitted.write().overwrite().save("models/kinds");

    Dataset<Row> sorted = PipelineModel.load("models/kinds").transform(images);
    sorted.groupBy("kind").count().show();
    // end: pipeline
    assertThat(sorted.where("kind BETWEEN 0 AND 2").count()).isEqualTo(GOOD + SCRATCHED);
    assertThat(sorted.select("kind").distinct().count()).isGreaterThan(1);
  }

  @Test
  void decodingAndGenerating() throws IOException {
    File rebuiltFile = folder.resolve("rebuilt.png").toFile();
    // begin: decode
    Vector latent = model.transform(images).first().getAs("latent");
    float[] pixels = model.decode(latent); // [height, width, channels], in [0, 1]
    BufferedImage rebuilt = ImageRows.toBufferedImage(model.imageShape(), pixels, 0);
    ImageIO.write(rebuilt, "png", rebuiltFile);
    // end: decode
    assertThat(pixels).hasSize(32 * 32);
    assertThat(ImageIO.read(rebuiltFile).getWidth()).isEqualTo(32);

    // begin: reconstruction
    AutoencoderModel rebuilder = model.copy(new ParamMap()).setReconstructionCol("rebuilt");
    Dataset<Row> sideBySide = rebuilder.transform(images).select("id", "image", "rebuilt");
    // end: reconstruction
    assertThat(sideBySide.where("rebuilt.height = 32").count()).isEqualTo(GOOD + SCRATCHED);

    // begin: errorMap
    AutoencoderModel mapper = model.copy(new ParamMap()).setErrorMapCol("errorMap");
    Dataset<Row> maps = mapper.transform(images).select("id", "anomalyScore", "errorMap");
    // end: errorMap
    assertThat(maps.where("errorMap.nChannels = 1").count()).isEqualTo(GOOD + SCRATCHED);

    // begin: regions
    AutoencoderModel outliner =
        model.copy(new ParamMap()).setRegionsCol("regions").setMaskCol("mask");
    Dataset<Row> regions =
        outliner.transform(images).selectExpr("id", "inline(regions)").where("area >= 9");
    // end: regions
    assertThat(regions.columns()).startsWith("id", "x", "y", "width", "height", "area");
    assertThat(regions.where("highestError <= " + model.getPixelThreshold()).count()).isZero();

    // begin: decodeLatents
    Dataset<Row> latents = model.transform(images).select("id", "latent");
    Dataset<Row> decoded = model.decodeLatents(latents); // adds the column image
    // end: decodeLatents
    assertThat(decoded.columns()).containsExactly("id", "latent", "image");

    List<String> ids =
        images.limit(2).collectAsList().stream().map(row -> row.<String>getAs("id")).toList();
    String one = ids.get(0);
    String another = ids.get(1);
    // begin: interpolate
    Dataset<Row> between = model.interpolate(images, one, another, 7);
    between.select("id", "position", "image").show();
    // end: interpolate
    assertThat(between.count()).isEqualTo(7);

    // begin: generate
    Dataset<Row> generated = vae.generate(16, 1);
    generated.select("id", "latent", "image").write().mode("overwrite").parquet("generated");
    // end: generate
    assertThat(spark.read().parquet("generated").count()).isEqualTo(16);
  }

  @Test
  void overriding() {
    // begin: paramMap
    ParamMap small =
        new ParamMap().put(autoencoder.latentDim(), 2).put(autoencoder.stepSize(), 0.01);
    AutoencoderModel smaller = autoencoder.fit(images, small);

    Dataset<Row> strict =
        model.transform(images, new ParamMap().put(model.threshold(), 2 * model.getThreshold()));
    // end: paramMap
    assertThat(smaller.latentDim()).isEqualTo(2);
    assertThat(autoencoder.getLatentDim()).isEqualTo(4);
    assertThat(strict.where("prediction = 1.0").count())
        .isLessThanOrEqualTo(model.transform(images).where("prediction = 1.0").count());
  }

  @Test
  void tuning() {
    // begin: crossValidator
    CrossValidatorModel best =
        new CrossValidator()
            .setEstimator(autoencoder)
            .setEvaluator(new AnomalyEvaluator().setAnomalous("labelName <> 'good'"))
            .setEstimatorParamMaps(
                new ParamGridBuilder().addGrid(autoencoder.latentDim(), new int[] {1, 4}).build())
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(1)
            .fit(images);
    AutoencoderModel chosen = (AutoencoderModel) best.bestModel();
    // end: crossValidator
    assertThat(best.avgMetrics()).hasSize(2);
    assertThat(Arrays.stream(best.avgMetrics())).allMatch(auroc -> auroc > 0 && auroc <= 1);
    assertThat(chosen.latentDim()).isIn(1, 4);
  }
}
