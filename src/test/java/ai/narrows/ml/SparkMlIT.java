package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.compat.Build;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.Provenance;
import ai.narrows.ml.summary.TrainingSummary;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything around estimators and models that Spark ML's users know, with Narrows in it. */
class SparkMlIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 5, 1);

  private Dataset<Row> normal;
  private Dataset<Row> mixed;

  @BeforeAll
  void makePictures() {
    normal = Pictures.bars(spark, 300, SHAPE, 0).cache();
    mixed = Pictures.bars(spark, 300, SHAPE, 5).cache();
  }

  /** Linear, so that five bars need a latent of five and nothing but its width decides. */
  private static Autoencoder linear() {
    return new Autoencoder()
        .setHidden()
        .setLatentDim(5)
        .setActivation("identity")
        .setOutputActivation("identity")
        .setStepSize(0.02)
        .setEpochs(12)
        .setBatchSize(16)
        .setNumWorkers(2);
  }

  private static ParamMap[] latentSizes(Autoencoder estimator) {
    return new ParamGridBuilder()
        .addGrid(estimator.latentDim(), new int[] {1, 5})
        .addGrid(estimator.contamination(), new double[] {0.0})
        .build();
  }

  @Test
  void crossValidatorChoosesTheBetterLatentSize(@TempDir Path folder) throws Exception {
    Autoencoder estimator = linear();
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(estimator)
            .setEstimatorParamMaps(latentSizes(estimator))
            .setEvaluator(new AnomalyEvaluator().setMetricName("reconstructionError"))
            .setNumFolds(2)
            .setSeed(7);
    CrossValidatorModel chosen = validator.setParallelism(2).fit(normal);
    AutoencoderModel best = (AutoencoderModel) chosen.bestModel();
    assertThat(best.latentDim()).isEqualTo(5);
    assertThat(chosen.avgMetrics()[1]).isPositive().isLessThan(chosen.avgMetrics()[0] / 2);
    assertThat(validator.setParallelism(1).fit(normal).avgMetrics())
        .as("fits side by side give the bits of fits one after the other")
        .containsExactly(chosen.avgMetrics());

    chosen.write().overwrite().save(folder.resolve("chosen").toString());
    CrossValidatorModel loaded = CrossValidatorModel.load(folder.resolve("chosen").toString());
    assertThat(((AutoencoderModel) loaded.bestModel()).parameters())
        .containsExactly(best.parameters());
    assertThat(((AnomalyEvaluator) loaded.getEvaluator()).getMetricName())
        .isEqualTo("reconstructionError");
  }

  @Test
  void trainValidationSplitWithSparksOwnEvaluatorAndAVae() {
    VariationalAutoencoder estimator =
        new VariationalAutoencoder()
            .setHidden(16)
            .setLoss("gaussian")
            .setStepSize(0.01)
            .setEpochs(5)
            .setBatchSize(16)
            .setNumWorkers(2);
    TrainValidationSplitModel chosen =
        new TrainValidationSplit()
            .setEstimator(estimator)
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(estimator.latentDim(), new int[] {6})
                    .addGrid(estimator.beta(), new double[] {0.1, 1})
                    .build())
            .setEvaluator(
                new BinaryClassificationEvaluator()
                    .setRawPredictionCol("anomalyScore")
                    .setLabelCol("label"))
            .setTrainRatio(0.7)
            .setSeed(3)
            .setParallelism(2)
            .fit(mixed);
    assertThat(chosen.validationMetrics()).hasSize(2);
    VariationalAutoencoderModel best = (VariationalAutoencoderModel) chosen.bestModel();
    assertThat(best.summary().params()).containsKeys("latentDim", "beta");
    assertThat(chosen.transform(mixed).columns()).contains("anomalyScore");
  }

  @Test
  void evaluatorMeasuresWhatItSays() {
    Dataset<Row> scored = linear().fit(normal).transform(mixed);
    AnomalyEvaluator evaluator = new AnomalyEvaluator();
    AnomalyMetrics metrics =
        AnomalyMetrics.of(scored, "anomalyScore", scored.col("label").equalTo(1), "prediction");
    assertThat(evaluator.evaluate(scored)).isEqualTo(metrics.auroc()).isGreaterThan(0.9);
    assertThat(evaluator.setMetricName("f1").evaluate(scored)).isEqualTo(metrics.f1());
    assertThat(evaluator.setMetricName("averagePrecision").evaluate(scored))
        .isEqualTo(metrics.averagePrecision());
    assertThat(evaluator.setAnomalous("id = 'bars 0'").setMetricName("auroc").evaluate(scored))
        .isBetween(0.0, 1.0);
    assertThat(evaluator.isLargerBetter()).isTrue();
    assertThat(evaluator.setMetricName("reconstructionError").isLargerBetter()).isFalse();
    double mean = scored.selectExpr("avg(reconstructionError)").first().getDouble(0);
    assertThat(evaluator.evaluate(scored)).isEqualTo(mean);
    assertRefused(() -> evaluator.evaluate(scored.limit(0)), "there are no rows to evaluate");
    evaluator.setMetricName("accuracy");
    assertThatThrownBy(() -> evaluator.evaluate(scored))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "metricName must be one of auroc, averagePrecision, f1, reconstructionError, but is 'accuracy'");
  }

  @Test
  void aPipelineIsSavedInOneSessionAndLoadedInAnother(@TempDir Path folder) throws Exception {
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new SQLTransformer()
                      .setStatement(
                          "SELECT id AS name, image AS photo FROM __THIS__ WHERE label = 0"),
                  linear().setImageCol("photo").setIdCol("name").setLatentCol("features"),
                  new KMeans().setK(2).setSeed(1).setPredictionCol("cluster")
                });
    PipelineModel fitted = pipeline.fit(normal);
    String saved = folder.resolve("pipeline").toString();
    fitted.write().overwrite().save(saved);
    pipeline.write().overwrite().save(folder.resolve("unfitted").toString());
    List<Row> before = sorted(fitted.transform(mixed));

    SparkSession other = spark.newSession();
    SparkSession.setActiveSession(other);
    try {
      Dataset<Row> there = other.createDataFrame(mixed.collectAsList(), mixed.schema());
      PipelineModel loaded = PipelineModel.read().session(other).load(saved);
      assertThat(sorted(loaded.transform(there))).isEqualTo(before);
      Pipeline unfitted = Pipeline.load(folder.resolve("unfitted").toString());
      assertThat(((Autoencoder) unfitted.getStages()[1]).getHidden()).isEmpty();
      assertThat(((Autoencoder) unfitted.getStages()[1]).getStepSize()).isEqualTo(0.02);
    } finally {
      SparkSession.setActiveSession(spark);
    }
  }

  private static List<Row> sorted(Dataset<Row> scored) {
    return scored.select("name", "prediction", "cluster").orderBy("name").collectAsList();
  }

  @Test
  void everyParamIsSavedAndLoaded(@TempDir Path folder) throws Exception {
    Autoencoder autoencoder = withOthers(new Autoencoder());
    autoencoder.write().save(folder.resolve("autoencoder").toString());
    assertThat(Autoencoder.load(folder.resolve("autoencoder").toString()).explainParams())
        .isEqualTo(autoencoder.explainParams());
    AnomalyEvaluator evaluator = withOthers(new AnomalyEvaluator());
    evaluator.write().save(folder.resolve("evaluator").toString());
    assertThat(AnomalyEvaluator.load(folder.resolve("evaluator").toString()).explainParams())
        .isEqualTo(evaluator.explainParams());
    VariationalAutoencoder untouched = new VariationalAutoencoder();
    untouched.write().save(folder.resolve("vae").toString());
    assertThat(VariationalAutoencoder.load(folder.resolve("vae").toString()).explainParams())
        .isEqualTo(untouched.explainParams());
  }

  /** Sets every param to something that is not its default. */
  private static <P extends Params> P withOthers(P owner) {
    for (Param<?> param : owner.params()) {
      Object value = owner.getDefault(param).get();
      owner.set(param.name(), other(value));
    }
    return owner;
  }

  private static Object other(Object value) {
    if (value instanceof Integer number) {
      return number + 1;
    }
    if (value instanceof Long number) {
      return number + 1;
    }
    if (value instanceof Double number) {
      return number / 3 + 0.1;
    }
    if (value instanceof Boolean flag) {
      return !flag;
    }
    return value instanceof int[] ? new int[] {7, 1} : value + " too";
  }

  @Test
  void paramMapsOverride() {
    Autoencoder estimator = linear().setEpochs(1);
    AutoencoderModel model =
        estimator.fit(
            normal,
            new ParamMap().put(estimator.latentDim().w(2), estimator.latentCol().w("code")));
    assertThat(model.latentDim()).isEqualTo(2);
    assertThat(model.transform(normal).columns()).contains("code");
    assertThat(estimator.getLatentDim()).isEqualTo(5);
    assertThat(
            model
                .transform(normal, new ParamMap().put(model.predictionCol().w("anomalous")))
                .columns())
        .contains("anomalous")
        .doesNotContain("prediction");
    assertThat(model.getPredictionCol()).isEqualTo("prediction");
  }

  @Test
  void explainParamsReadsWell() {
    assertThat(new Autoencoder().setHidden(32, 8).setEpochs(5).explainParams().lines())
        .contains(
            "epochs: passes over the training data (>= 1) (default: 20, current: 5)",
            "hidden: sizes of the hidden layers of a dense encoder, from input to latent (each >= 1); the decoder mirrors"
                + " them (default: [128, 64, 12], current: [32, 8])",
            "initModel: saved model to fine-tune; empty = random initial weights (default: none)");
    assertThat(new VariationalAutoencoder().explainParams().lines())
        .contains("latentDim: number of dimensions of the latent space (>= 1) (default: 20)")
        .allMatch(line -> line.matches("[a-zA-Z0-9]+: .+ \\(default: .+\\)"));
    assertThat(new AnomalyEvaluator().explainParams())
        .contains(
            "predictionCol: input column of predictions, 1 or 0, for metric f1 (default: prediction)");
  }

  @Test
  void scoresAreThereForSql() {
    normal.createOrReplaceTempView("pictures");
    AutoencoderModel model = linear().setEpochs(1).fit(spark.table("pictures"));
    assertThat(model.explainParams())
        .contains("threshold: anomaly score above which an image is predicted anomalous");
    mixed.createOrReplaceTempView("arrivals");
    model
        .transform(spark.sql("SELECT id, label, image FROM arrivals WHERE label = 1"))
        .createOrReplaceTempView("scores");
    Row row =
        spark
            .sql(
                "SELECT count(*), max(anomalyScore), count(latent) FROM scores"
                    + " WHERE anomalyScore > 0")
            .first();
    assertThat(row.getLong(0)).isEqualTo(60);
    assertThat(row.getDouble(1)).isPositive();
    assertThat(row.getLong(2)).isEqualTo(60);
  }

  @Test
  void summaryIsWhatSparksModelsHave(@TempDir Path folder) throws Exception {
    AutoencoderModel model = linear().setEpochs(3).setValidationFraction(0.1).fit(normal);
    TrainingSummary summary = model.summary();
    assertThat(model.hasSummary()).isTrue();
    assertThat(summary.totalIterations()).isEqualTo(3);
    assertThat(summary.objectiveHistory())
        .hasSize(3)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(summary.rows() + summary.validationRows() + summary.calibrationRows())
        .isEqualTo(300);
    assertThat(summary.threshold()).isEqualTo(model.getThreshold());
    double epochs = summary.history().stream().mapToDouble(report -> report.seconds()).sum();
    assertThat(summary.seconds()).isGreaterThan(epochs);
    assertThat(summary.historyTable(spark).columns())
        .containsExactly(
            "epoch", "loss", "validationLoss", "imagesPerSecond", "communicationShare", "seconds");
    assertThat(summary.historyTable(spark).where("validationLoss > 0").count()).isEqualTo(3);
    assertThat(summary.toString()).startsWith("3 epochs over 243 images with 2 workers in ");

    model.write().save(folder.resolve("model").toString());
    assertThat(AutoencoderModel.load(folder.resolve("model").toString()).summary())
        .isEqualTo(summary);
  }

  @Test
  void provenance(@TempDir Path folder) throws Exception {
    String files = folder.resolve("images").toString();
    normal.write().parquet(files);
    Dataset<Row> images = spark.read().parquet(files);
    AutoencoderModel model = linear().setSeed(5).fit(images);
    Provenance made = model.summary().provenance();
    assertThat(made.narrowsVersion()).isEqualTo(Build.here().version()).isNotEmpty();
    assertThat(made.sparkVersion()).isEqualTo(spark.version());
    assertThat(made.javaVersion()).isEqualTo(System.getProperty("java.version"));
    assertThat(made.library()).matches("(oneDNN|OpenBLAS) [0-9.-]+");
    assertThat(made.device()).isEqualTo("cpu");
    assertThat(made.images().paths()).containsExactly("file:" + files);
    assertThat(made.seed()).isEqualTo(5);
    assertThat(made.toString())
        .contains("on cpu; images file:" + files + ", fingerprint " + made.fingerprint());
    assertThat(model.thresholdOrigin())
        .hasToString(
            "contamination, 30 calibration images, false positive rate 0.00084 to 0.12 (95 %)");

    // The same images in another order, and one image less.
    ImageSource known = new ImageSource(List.of("s3a://key:secret@bucket/x"), "delta", "label = 1");
    Provenance again =
        linear().setImageSource(known).fit(normal.repartition(5)).summary().provenance();
    assertThat(again.fingerprint()).isEqualTo(made.fingerprint());
    assertThat(again.images()).hasToString("s3a://bucket/x where label = 1");
    assertThat(linear().fit(normal.limit(299)).summary().provenance().fingerprint())
        .isNotEqualTo(made.fingerprint());
    assertThat(model.setThreshold(1).thresholdOrigin()).hasToString("given");
  }
}
