package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.metrics.ClassMetrics;
import ai.narrows.ml.metrics.RankedScores;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table's other columns behind a model, and columns of whatever name. */
final class ColumnsIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 5, 1);
  private static final int ROWS = 40;

  @TempDir static Path dir;
  private Dataset<Row> images;
  private AutoencoderModel model;

  @BeforeAll
  void train() {
    images = Pictures.bars(spark, ROWS, SHAPE, 5).cache();
    model = estimator().fit(images);
  }

  @AfterEach
  void asSparkHasIt() {
    spark.conf().unset(SQLConf.CASE_SENSITIVE().key());
  }

  private void caseSensitive() {
    spark.conf().set(SQLConf.CASE_SENSITIVE().key(), true);
  }

  private static Autoencoder estimator() {
    return new Autoencoder()
        .setHidden(8)
        .setLatentDim(2)
        .setEpochs(1)
        .setNumWorkers(2)
        .setValidationFraction(0);
  }

  private AutoencoderModel copy() {
    return model.copy(new ParamMap());
  }

  private static Metadata comment(String words) {
    return new MetadataBuilder().putString("comment", words).build();
  }

  private Dataset<Row> described() {
    Metadata length = // as a table's CHAR(5) has it
        new MetadataBuilder().putString("__CHAR_VARCHAR_TYPE_STRING", "char(5)").build();
    StructType inner =
        new StructType()
            .add("a", DataTypes.IntegerType, false, comment("inner"))
            .add("b", DataTypes.createArrayType(DataTypes.IntegerType, false));
    StructType schema =
        new StructType()
            .add("number", DataTypes.LongType, false, comment("of the part"))
            .add("struct", inner, false, comment("outer"))
            .add("structs", DataTypes.createArrayType(inner, true), true, Metadata.empty())
            .add("plain", DataTypes.StringType)
            .add("code", DataTypes.StringType, true, length);
    Row row = RowFactory.create(1, new int[] {2});
    return spark
        .createDataFrame(
            List.of(RowFactory.create(7L, row, new Row[] {row, null}, null, "ab   ")), schema)
        .crossJoin(images.limit(3));
  }

  @Test
  void otherColumnsAreAsTheyWere() {
    Dataset<Row> input = described();
    for (Dataset<Row> output :
        List.of(
            model.transform(input),
            copy()
                .setImageCol("decoded")
                .decodeLatents(copy().setImageCol("image").transform(input).drop("image")))) {
      List<String> kept = Arrays.asList(input.drop("image").columns());
      for (String column : kept) {
        StructField field = input.schema().apply(column);
        assertThat(output.schema().apply(column)).isEqualTo(field);
      }
      assertThat(output.selectExpr(kept.toArray(String[]::new)).collectAsList())
          .isEqualTo(input.drop("image").collectAsList());
    }
    assertThat(model.transform(input).schema()).isEqualTo(model.transformSchema(input.schema()));
  }

  @Test
  void indexToStringBehindAModel() {
    Dataset<Row> named =
        images.withColumn("kind", when(col("label").equalTo(1), "bad").otherwise("good"));
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("kind").setOutputCol("index"),
                  estimator(),
                  new IndexToString().setInputCol("index").setOutputCol("again")
                });
    Dataset<Row> out = pipeline.fit(named).transform(named);
    assertThat(Attribute.fromStructField(out.schema().apply("index")).attrType().name())
        .isEqualTo("nominal");
    assertThat(out.where("kind = again").count()).isEqualTo(ROWS);
  }

  /** An image a minute. */
  private Dataset<Row> stream(String folder) {
    String files = dir.resolve(folder).toString();
    images
        .withColumn(
            "time",
            expr("timestamp'2026-01-01 00:00:00' + make_dt_interval(0, 0, int(substr(id, 6)))"))
        .repartition(1)
        .write()
        .parquet(files);
    return spark
        .readStream()
        .schema(spark.read().parquet(files).schema())
        .parquet(files)
        .withWatermark("time", "5 minutes");
  }

  private List<Row> ended(Dataset<Row> stream, String name) throws Exception {
    stream
        .writeStream()
        .outputMode("append")
        .format("memory")
        .queryName(name)
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    return spark.table(name).collectAsList();
  }

  @Test
  void aWatermarkBeforeAModelHoldsBehindIt() throws Exception {
    Dataset<Row> scored = model.transform(stream("watermark"));
    List<Row> windows =
        ended(
            scored.groupBy(window(col("time"), "10 minutes").as("window")).count().select("count"),
            "windows");
    assertThat(windows)
        .as("those that end before the last minute, 39, less 5")
        .containsExactly(RowFactory.create(10L), RowFactory.create(10L), RowFactory.create(10L));
    assertThat(ended(scored.dropDuplicatesWithinWatermark("label").select("label"), "kinds"))
        .containsExactlyInAnyOrder(RowFactory.create(0), RowFactory.create(1));

    Dataset<Row> withFiles =
        spark.read().parquet(dir.resolve("watermark").toString()).select("*", "_metadata");
    assertThat(model.transform(withFiles).select("_metadata.file_size").distinct().collectAsList())
        .isEqualTo(withFiles.select("_metadata.file_size").distinct().collectAsList());
  }

  @Test
  void namesAreOneWhateverTheirCaseUnlessSparkSaysOtherwise() throws Exception {
    Dataset<Row> capitals =
        images.select(col("id").as("ID"), col("label").as("Label"), col("image").as("Image"));
    Dataset<Row> scored = estimator().fit(capitals).transform(capitals);
    assertThat(scored.columns()).startsWith("ID", "Label", "Image", "reconstructionError");
    assertThat(scored.count()).isEqualTo(ROWS);
    assertRefused(
        () ->
            model
                .transform(
                    capitals
                        .where("id = 'bars 3'")
                        .withColumn("image", when(lit(false), col("image"))))
                .collect(),
        "image 'bars 3' is null in column 'image'");
    caseSensitive();
    assertRefused(
        () -> model.transform(capitals),
        "there is no column 'image'; the columns are ID, Label, Image");
  }

  @Test
  void outputsThatTheInputHasInAnotherCase() throws Exception {
    Dataset<Row> taken = images.withColumn("Prediction", lit("by people"));
    String message =
        "the output column 'prediction' is in the input already, as 'Prediction': set predictionCol to another name, or rename or drop the input's column";
    assertRefused(() -> model.transform(taken), message);
    assertRefused(() -> estimator().fit(taken), message);
    Dataset<Row> stream = stream("cases").withColumn("Prediction", lit("by people"));
    assertRefused(() -> model.transform(stream), message);
    assertRefused(
        () -> copy().setLatentCol("Anomalyscore").transform(images),
        "the output column 'Anomalyscore' is in the input already, as 'anomalyScore': set latentCol to another name, or rename or drop the input's column");
    caseSensitive();
    for (List<Row> rows :
        List.of(
            model.transform(taken).select("Prediction", "prediction").collectAsList(),
            ended(
                model
                    .transform(stream)
                    .select(col("Prediction").as("a"), col("prediction").as("b")),
                "both"))) {
      assertThat(rows)
          .hasSize(ROWS)
          .allSatisfy(
              row -> {
                assertThat(row.getString(0)).isEqualTo("by people");
                assertThat(row.getDouble(1)).isBetween(0.0, 1.0);
              });
    }
  }

  @Test
  void severalColumnsOfOneName() {
    Dataset<Row> two = images.withColumn("x", lit(1)).select(col("*"), lit(2).as("X"));
    assertThat(model.transform(two).columns()).contains("x", "X");
    Dataset<Row> ids = images.select(col("*"), lit("a").as("Id"));
    assertRefused(
        () -> model.transform(ids),
        "column 'id' is ambiguous: the input has the columns id, Id; rename or drop all but one, or set spark.sql.caseSensitive to true");
    caseSensitive();
    assertThat(model.transform(ids).count()).isEqualTo(ROWS);
  }

  @Test
  void dotsAndQuotesInNames() throws Exception {
    Dataset<Row> odd =
        images.select(
            col("id").as("a`b"), col("label").as("label.v1"), col("image").as("image.v2"));
    AutoencoderModel odds =
        estimator()
            .setIdCol("a`b")
            .setImageCol("image.v2")
            .setAnomalyScoreCol("score.v2")
            .setPredictionCol("is it?`")
            .setReconstructionErrorCol("error.v2")
            .fit(odd);
    Dataset<Row> scored = odds.transform(odd);
    assertThat(scored.columns())
        .containsExactly(
            "a`b", "label.v1", "image.v2", "error.v2", "score.v2", "is it?`", "latent");
    AnomalyEvaluator evaluator =
        new AnomalyEvaluator()
            .setAnomalous("`label.v1` = 1")
            .setAnomalyScoreCol("score.v2")
            .setPredictionCol("is it?`")
            .setReconstructionErrorCol("error.v2");
    AnomalyEvaluator inStructs =
        new AnomalyEvaluator()
            .setAnomalous("`label.v1` = 1")
            .setAnomalyScoreCol("s.score.v2")
            .setPredictionCol("s.is it?`")
            .setReconstructionErrorCol("S.error.V2");
    Dataset<Row> nested = scored.select(col("`label.v1`"), struct(col("*")).as("s"));
    for (String metric : List.of("f1", "reconstructionError")) {
      double value = evaluator.setMetricName(metric).evaluate(scored);
      assertThat(inStructs.setMetricName(metric).evaluate(nested)).isEqualTo(value);
    }
    assertThat(odds.bestThreshold(odd, expr("`label.v1` = 1")).f1()).isPositive();
    assertThat(odds.interpolate(odd, "bars 3", "bars 4", 3).columns())
        .containsExactly("id", "position", "latent", "image.v2");
    Dataset<Row> stream = stream("odd").select(col("id").as("a`b"), col("image").as("image.v2"));
    assertThat(ended(odds.transform(stream).toDF("a", "b", "c", "d", "e", "f"), "odd"))
        .hasSize(ROWS);
    assertRefused(
        () -> evaluator.setAnomalyScoreCol("s.score.v3").setMetricName("auroc").evaluate(nested),
        "there is no column 's.score.v3'; the columns are label.v1, s");
  }

  /** Two of the images, a normal and an anomalous one, cannot be read. */
  private Dataset<Row> damaged() {
    return images.withColumn("image", when(expr("id NOT IN ('bars 5', 'bars 6')"), col("image")));
  }

  @Test
  void evaluatorsLeaveOutWhatHasNoScore() {
    AnomalyEvaluator evaluator = new AnomalyEvaluator().setAnomalous("label = 1");
    AutoencoderModel keeps = copy().setHandleInvalid("keep");
    AutoencoderModel skips = copy().setHandleInvalid("skip");
    Dataset<Row> all = keeps.transform(damaged()).drop("image", "latent").cache();
    Dataset<Row> scored = all.where("anomalyScore IS NOT NULL");
    for (String metric : List.of("averagePrecision", "f1", "reconstructionError")) {
      evaluator.setMetricName(metric);
      assertThat(evaluator.evaluate(all)).as(metric).isEqualTo(evaluator.evaluate(scored));
    }
    try (RankedScores ranked =
        RankedScores.of(all, "anomalyScore", expr("label = 1"), "", col("label"))) {
      assertThat(ranked.unscored()).isEqualTo(2);
      assertThat(ranked.metrics().rows()).isEqualTo(ROWS - 2);
      assertThat(ranked.classes()).singleElement().extracting(ClassMetrics::rows).isEqualTo(7L);
      assertThat(ranked.bootstrap(100, 1).auroc().low()).isPositive();
      assertThat(ranked.curve(10)).isNotEmpty();
    }
    BestThreshold best = skips.bestThreshold(damaged(), expr("label = 1"));
    assertThat(best.unscored()).isEqualTo(2);
    assertThat(best).isEqualTo(keeps.bestThreshold(damaged(), expr("label = 1")));
    Dataset<Row> none = all.where("anomalyScore IS NULL");
    assertThatThrownBy(() -> evaluator.setMetricName("auroc").evaluate(none))
        .hasMessage("none of the 2 rows has a score");
    assertThatThrownBy(() -> evaluator.setMetricName("reconstructionError").evaluate(none))
        .hasMessage("none of the 2 rows has a reconstruction error");
  }

  @Test
  void predictionsAreOnlyNeededForF1() {
    Dataset<Row> scored = copy().setPredictionCol("").transform(images);
    AnomalyEvaluator evaluator = new AnomalyEvaluator().setAnomalous("label = 1");
    assertThat(evaluator.evaluate(scored)).isEqualTo(evaluator.evaluate(model.transform(images)));
    assertRefused(
        () -> evaluator.setMetricName("f1").evaluate(scored),
        "there is no column 'prediction'; the columns are id, label, image, reconstructionError, anomalyScore, latent");
    assertThatThrownBy(() -> evaluator.setPredictionCol("").evaluate(scored))
        .hasMessage("metricName f1 needs predictions, but predictionCol is empty");
  }

  @Test
  void tuningWithImagesThatCannotBeRead() {
    Autoencoder estimator = estimator().setHandleInvalid("keep").setPredictionCol("");
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.latentDim(), new int[] {1, 2}).build();
    AnomalyEvaluator evaluator = new AnomalyEvaluator().setAnomalous("label = 1");
    assertMeasured(
        new CrossValidator()
            .setEstimator(estimator)
            .setEstimatorParamMaps(grid)
            .setEvaluator(evaluator)
            .setNumFolds(2)
            .fit(damaged())
            .avgMetrics());
    assertMeasured(
        new TrainValidationSplit()
            .setEstimator(estimator)
            .setEstimatorParamMaps(grid)
            .setEvaluator(evaluator)
            .fit(damaged())
            .validationMetrics());
  }

  private static void assertMeasured(double[] metrics) {
    assertThat(metrics).hasSize(2);
    assertThat(Arrays.stream(metrics)).allSatisfy(value -> assertThat(value).isBetween(0.0, 1.0));
  }

  @Test
  void idsOfAnyType() {
    Dataset<Row> binary =
        images.withColumn("id", expr("unhex(lpad(hex(int(substr(id, 6))), 8, 'f0'))"));
    assertThat(estimator().fit(binary).interpolate(binary, "f0f0f0f3", "f0f0f0f4", 3).count())
        .isEqualTo(3);
    assertRefused(
        () -> model.interpolate(binary, "f0f0f0f3", "x", 3),
        "no image has the id 'x'; ids are 'f0f0f010', 'f0f0f011', 'f0f0f012', 'f0f0f013', 'f0f0f014' and others");
  }
}
