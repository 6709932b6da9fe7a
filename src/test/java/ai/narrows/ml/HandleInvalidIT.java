package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.Fault;
import ai.narrows.SparkFixture;
import ai.narrows.images.InputException;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows whose image cannot be read, in training and scoring, on vectors of eight values. */
class HandleInvalidIT extends SparkFixture {
  private static final int ROWS = 300;
  private static final int WIDTH = 8;
  private static final List<Integer> INVALID = List.of(0, 1, 7, 160, 299);
  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.StringType).add("image", SQLDataTypes.VectorType());

  @TempDir Path dir;
  private Dataset<Row> sound;
  private Dataset<Row> mixed;
  private AutoencoderModel model;

  /** Tasks are tried again, as on a cluster. */
  @Override
  protected Map<String, Object> sparkSettings() {
    return Map.of("spark.master", "local[2, 4]");
  }

  @BeforeAll
  void train() {
    List<Row> rows = rows();
    mixed = spark.createDataFrame(rows, SCHEMA);
    sound = spark.createDataFrame(rows.stream().filter(row -> !isInvalid(row)).toList(), SCHEMA);
    model = small().fit(sound);
  }

  private static List<Row> rows() {
    RandomStream random = new RandomStream(3, Purpose.GENERATION, 0, 0, 0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] values = new double[WIDTH];
      for (int j = 0; j < WIDTH; j++) {
        values[j] = random.nextFloat();
      }
      int place = INVALID.indexOf(i);
      if (place >= 0) {
        values[place] = place % 2 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY;
      }
      rows.add(RowFactory.create("row" + i, i == 7 ? null : Vectors.dense(values)));
    }
    return rows;
  }

  private static boolean isInvalid(Row row) {
    return INVALID.contains(Integer.parseInt(row.getString(0).substring(3)));
  }

  private static Autoencoder small() {
    return new Autoencoder()
        .setHidden(6)
        .setLatentDim(2)
        .setEpochs(2)
        .setNumWorkers(2)
        .setBatchSize(16);
  }

  private static void assertInvalid(Runnable work, String message) {
    assertThatThrownBy(work::run)
        .satisfies(e -> assertThat(InputException.in(e)).get().hasToString(message));
  }

  @Test
  void anErrorNamesTheRowBeforeTraining() {
    String exception = InputException.class.getName() + ": ";
    TrainingListener mustNotStart =
        new TrainingListener() {
          @Override
          public void started(
              long rows, long validationRows, long calibrationRows, long skippedRows, int workers) {
            throw new AssertionError("training has started");
          }
        };
    assertInvalid(
        () -> small().setListener(mustNotStart).fit(mixed.where("id >= 'row2'")),
        exception
            + "image 'row299' has the value NaN at index 4, but values must be finite floats");
    assertInvalid(
        () -> small().fit(mixed.where("id = 'row7'")),
        exception + "image 'row7' is null in column 'image'");
    assertInvalid(
        () -> model.transform(mixed.where("id = 'row1'")).collectAsList(),
        exception
            + "image 'row1' has the value -Infinity at index 1, but values must be finite floats");
    assertThatThrownBy(() -> small().setHandleInvalid("drop").fit(mixed))
        .isInstanceOf(ParamException.class)
        .hasMessage("handleInvalid must be one of error, skip, keep, but is 'drop'");
    assertThatThrownBy(() -> model.copy(new ParamMap()).setHandleInvalid("SKIP").transform(mixed))
        .hasMessage("handleInvalid must be one of error, skip, keep, but is 'SKIP'");
  }

  /** Left out, they are as if they had never been there; the first row is one of them. */
  @Test
  void trainingSkipsAndCountsThem() {
    for (String choice : List.of("skip", "keep")) {
      List<Long> told = new ArrayList<>();
      AutoencoderModel skipping =
          small().setHandleInvalid(choice).setListener(new Listening(told)).fit(mixed);
      assertThat(skipping.parameters()).isEqualTo(model.parameters());
      assertThat(skipping.getThreshold()).isEqualTo(model.getThreshold());
      assertThat(skipping.getHandleInvalid()).isEqualTo(choice);
      assertThat(skipping.summary().skippedRows()).isEqualTo(INVALID.size());
      assertThat(skipping.summary().rows() + skipping.summary().calibrationRows())
          .isEqualTo(ROWS - INVALID.size());
      assertThat(skipping.summary().toString())
          .contains("over 266 images (5 unreadable left out) with 2 workers");
      assertThat(told).containsExactly((long) INVALID.size());
    }
    assertThat(model.summary().skippedRows()).isZero();
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
  }

  private record Listening(List<Long> told) implements TrainingListener {
    @Override
    public void started(
        long rows, long validationRows, long calibrationRows, long skippedRows, int workers) {
      told.add(skippedRows);
    }
  }

  @Test
  void theyCountOnceHoweverOftenATaskRuns() throws IOException {
    Fault fault = new Fault(Fault.Kind.THROW, 1, dir.resolve("marker").toString());
    MapFunction<Row, Row> faulty =
        row -> {
          if (row.getString(0).equals("row299")) { // the last of its partition
            fault.strike();
          }
          return row;
        };
    Dataset<Row> disturbed = mixed.map(faulty, Encoders.row(SCHEMA));
    assertThat(disturbed.rdd().getNumPartitions()).isEqualTo(2);

    AutoencoderModel skipping = small().setHandleInvalid("skip").fit(disturbed);

    assertThat(dir.resolve("marker")).exists();
    assertThat(skipping.summary().skippedRows()).isEqualTo(INVALID.size());
    assertThat(skipping.parameters()).isEqualTo(model.parameters());
  }

  @Test
  void whereNoRowIsLeftItSaysSo() {
    assertThatThrownBy(
            () -> small().setHandleInvalid("skip").fit(mixed.where("id IN ('row0', 'row7')")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "there are no images to train on: no row has one that can be read; image 'row0' has the value NaN at index 0, but values must be finite floats");
    assertThatThrownBy(() -> small().setHandleInvalid("skip").fit(mixed.limit(0)))
        .hasMessage("there are no images to train on");
  }

  /** Settings are wrong there, not rows. */
  @Test
  void anotherShapeIsAnErrorAllTheSame() {
    Dataset<Row> odd =
        mixed.unionByName(
            spark.createDataFrame(
                List.of(RowFactory.create("odd", Vectors.dense(1, Double.NaN))), SCHEMA));
    String message =
        InputException.class.getName()
            + ": image 'odd' is a vector of 2 values, but 1x8x1 needs 8; only images are resized";
    for (String choice : List.of("skip", "keep")) {
      assertInvalid(() -> small().setHandleInvalid(choice).fit(odd), message);
      AutoencoderModel scorer = model.copy(new ParamMap()).setHandleInvalid(choice);
      assertInvalid(() -> scorer.transform(odd).collectAsList(), message);
    }
  }

  @Test
  void scoringSkipsThem() {
    AutoencoderModel skipping = model.copy(new ParamMap()).setHandleInvalid("skip");
    Dataset<Row> scored = skipping.transform(mixed);
    assertThat(scored.schema()).isEqualTo(model.transform(sound).schema());
    assertThat(ids(scored)).isEqualTo(ids(sound)).hasSize(ROWS - INVALID.size());
    // Batches in which nothing is left.
    assertThat(skipping.transform(mixed.where("id IN ('row0', 'row7')")).count()).isZero();
  }

  @Test
  void scoringKeepsThemWithoutOutputs() {
    AutoencoderModel keeping =
        model.copy(new ParamMap()).setHandleInvalid("keep").setReconstructionCol("rebuilt");
    Dataset<Row> scored = keeping.transform(mixed);
    for (String column :
        List.of("reconstructionError", "anomalyScore", "prediction", "latent", "rebuilt")) {
      assertThat(scored.schema().apply(column).nullable()).as(column).isTrue();
      assertThat(model.transformSchema(SCHEMA).getFieldIndex(column).isDefined())
          .isEqualTo(!column.equals("rebuilt"));
      assertThat(ids(scored.where("`" + column + "` IS NULL")))
          .isEqualTo(INVALID.stream().map(i -> "row" + i).sorted().toList());
    }
    assertThat(ids(scored)).isEqualTo(ids(mixed));
    // Every row has its own scores, whatever stands between.
    String difference = "abs(anomalyScore - other) > 1e-5 * anomalyScore";
    Dataset<Row> others =
        model.transform(sound).selectExpr("id", "anomalyScore AS other", "latent AS code");
    Dataset<Row> both = scored.join(others, "id");
    assertThat(both.count()).isEqualTo(ROWS - INVALID.size());
    assertThat(both.where(difference).count()).isZero();
    assertThat(model.transform(sound).schema().apply("anomalyScore").nullable()).isFalse();
  }

  /** Values of an image that are outside the range are no pixels; of most images, no range. */
  @Test
  void valuesOutsideTheRange() throws Exception {
    Dataset<Row> bytes = scaled(sound, 255, 0);
    String message =
        InputException.class.getName()
            + ": image 'row%s' has the value %s at index %d, but values must be in [0, 1]: divide values from 0 to 255 by 255, or set inputMax to 255";
    Row first = bytes.first();
    double value = first.<Vector>getAs("image").apply(0);
    String name = first.getString(0).substring(3);
    assertInvalid(() -> small().fit(bytes), message.formatted(name, Double.toString(value), 0));
    assertInvalid(
        () -> model.transform(bytes.limit(1)).collectAsList(),
        message.formatted(name, Double.toString(value), 0));
    assertThatThrownBy(() -> small().setHandleInvalid("skip").fit(bytes))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "there are no images to train on: no row has one that can be read; image 'row");

    // One is left out and counted; if most of them are, the range is wrong.
    double[] high = {0, 0, 0, 1.5, 0, 0, 0, 0};
    Dataset<Row> one =
        sound.unionByName(
            spark.createDataFrame(List.of(RowFactory.create("high", Vectors.dense(high))), SCHEMA));
    assertInvalid(() -> small().fit(one), message.replace("row%s", "high").formatted("1.5", 3));
    AutoencoderModel skipping = small().setHandleInvalid("skip").fit(one);
    assertThat(skipping.parameters()).isEqualTo(model.parameters());
    assertThat(skipping.summary().skippedRows()).isOne();
    assertThat(skipping.transform(one).count()).isEqualTo(sound.count());
    Dataset<Row> kept = model.copy(new ParamMap()).setHandleInvalid("keep").transform(one);
    assertThat(ids(kept.where("anomalyScore IS NULL"))).containsExactly("high");
    Dataset<Row> most = sound.limit(10).unionByName(bytes.limit(11));
    assertThatThrownBy(() -> small().setHandleInvalid("keep").fit(most))
        .isInstanceOf(InputException.class)
        .hasMessageMatching(
            "11 of 21 images have values outside the range, too many to leave them out: image 'row\\d+' has the value .* at index \\d, but values must be in \\[0, 1\\]: .*");
  }

  /** Values in a range that was set are those that they stand for, in the saved model too. */
  @Test
  void valuesInARangeThatWasSet() throws IOException {
    String path = dir.resolve("ranged").toString();
    Dataset<Row> signed = scaled(sound, 2, -1);
    AutoencoderModel ranged = small().setInputMin(-1).fit(signed);
    ranged.save(path);
    AutoencoderModel loaded = AutoencoderModel.load(path);
    assertThat(loaded.inputRange().orElseThrow()).hasToString("[-1, 1]");
    List<Double> expected = scores(ranged.transform(signed));
    assertThat(scores(loaded.transform(signed))).isEqualTo(expected);
    List<Double> others = scores(loaded.setInputMin(0).transform(sound));
    for (int i = 0; i < expected.size(); i++) {
      assertThat(others.get(i)).isCloseTo(expected.get(i), within(1e-5));
    }
    assertThat(model.inputRange()).isEmpty();
    assertThatThrownBy(() -> small().setInputMin(2).fit(sound))
        .isInstanceOf(InputException.class)
        .hasMessage("inputMin must be below inputMax, but inputMin is 2.0 and inputMax is 1.0");
  }

  private Dataset<Row> scaled(Dataset<Row> rows, double factor, double more) {
    MapFunction<Row, Row> scale =
        row -> {
          double[] values = row.<Vector>getAs(1).toArray().clone();
          for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * factor + more;
          }
          return RowFactory.create(row.get(0), Vectors.dense(values));
        };
    return spark.createDataFrame(rows.map(scale, Encoders.row(SCHEMA)).collectAsList(), SCHEMA);
  }

  private static List<Double> scores(Dataset<Row> rows) {
    return rows.select("anomalyScore").as(Encoders.DOUBLE()).collectAsList();
  }

  @Test
  void itIsSavedWithTheModel() throws IOException {
    String path = dir.resolve("model").toString();
    AutoencoderModel skipping = small().setHandleInvalid("skip").fit(mixed);
    skipping.save(path);
    AutoencoderModel loaded = AutoencoderModel.load(path);
    assertThat(loaded.getHandleInvalid()).isEqualTo("skip");
    assertThat(loaded.summary()).isEqualTo(skipping.summary());
  }

  @Test
  void latentsAreHandledLikewise() {
    AutoencoderModel keeping = model.copy(new ParamMap()).setHandleInvalid("keep");
    Dataset<Row> latents = keeping.transform(mixed).select("id", "latent");
    assertThat(ids(keeping.decodeLatents(latents).where("image IS NULL"))).hasSize(5);
    assertThat(model.copy(new ParamMap()).setHandleInvalid("skip").decodeLatents(latents).count())
        .isEqualTo(ROWS - INVALID.size());
    assertThatThrownBy(() -> model.decodeLatents(latents).collectAsList())
        .hasMessageContaining("is null in column 'latent'");
    // An end of an interpolation has to be there.
    assertThatThrownBy(() -> keeping.interpolate(mixed, "row2", "row7", 3))
        .hasMessageContaining("image 'row7' is null in column 'image'");
    Vector[] ends = Latents.of(model, sound, "row2", "row3");
    assertThat(keeping.interpolate(ends[0], ends[1], 3).count()).isEqualTo(3);
  }

  @Test
  void streamsAreScoredTheSame() throws Exception {
    String path = dir.resolve("stream").toString();
    mixed.write().parquet(path);
    for (String choice : List.of("skip", "keep")) {
      model
          .copy(new ParamMap())
          .setHandleInvalid(choice)
          .transform(spark.readStream().schema(SCHEMA).parquet(path))
          .writeStream()
          .format("memory")
          .queryName(choice + "Scores")
          .start()
          .processAllAvailable();
    }
    assertThat(spark.table("skipScores").count()).isEqualTo(ROWS - INVALID.size());
    assertThat(spark.table("keepScores").where("latent IS NULL").count()).isEqualTo(INVALID.size());
    assertThat(spark.table("keepScores").count()).isEqualTo(ROWS);
    for (var query : spark.streams().active()) {
      query.stop();
    }
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.select("id").as(Encoders.STRING()).collectAsList().stream().sorted().toList();
  }
}
