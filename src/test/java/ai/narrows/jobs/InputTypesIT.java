package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.jobs.options.InputFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types of ids, labels and images on their way through the jobs. */
class InputTypesIT extends SparkFixture {
  private static final int ROWS = 20;
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  @TempDir Path dir;

  private interface Values {
    Object[] of(int i) throws IOException;
  }

  /** A Parquet table with a row for each number. */
  private Path table(String name, StructType schema, Values values) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(values.of(i)));
    }
    Path path = dir.resolve(name);
    spark.createDataFrame(rows, schema).coalesce(1).write().parquet(path.toString());
    return path;
  }

  private static byte[] png(int seed) throws IOException {
    byte[] pixels = new byte[SHAPE.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (seed * (i + 3) * 11);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(ImageRows.toBufferedImage(SHAPE, pixels, 0), "png", file);
    return file.toByteArray();
  }

  private static String[] words(Object... args) {
    return Arrays.stream(args).map(Object::toString).toArray(String[]::new);
  }

  private Path trained(String name, Object... input) {
    Path model = dir.resolve(name);
    List<Object> args = new ArrayList<>(List.of(input));
    args.addAll(
        List.of("--hidden", 6, "--latent", 2, "--epochs", 1, "--workers", 1, "--output", model));
    assertDone(Ran.of(() -> Train.run(words(args.toArray()))));
    return model;
  }

  private Path scored(String name, Path model, Object... more) {
    Path scores = dir.resolve(name);
    List<Object> args = new ArrayList<>(List.of("--model-dir", model, "--output", scores));
    args.addAll(List.of(more));
    assertDone(Ran.of(() -> Score.run(words(args.toArray()))));
    return scores;
  }

  private static void assertDone(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private static JsonNode data(Path page) throws IOException {
    Matcher data = DATA.matcher(Files.readString(page));
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  private static List<String> shown(JsonNode data) {
    List<String> ids = new ArrayList<>();
    for (String group : List.of("highest", "borderline", "lowest")) {
      data.at("/pictures/" + group).forEach(picture -> ids.add(picture.path("id").asText()));
    }
    return ids;
  }

  /** As {@code datasets} of Hugging Face writes them. */
  @Test
  void fieldsOfStructs() throws IOException {
    StructType image =
        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
    StructType meta =
        new StructType().add("label", DataTypes.LongType).add("line", DataTypes.StringType);
    Path table =
        table(
            "huggingface",
            new StructType().add("image", image).add("meta", meta),
            i ->
                new Object[] {
                  RowFactory.create(png(i), String.format(Locale.ROOT, "part/%02d.png", i)),
                  RowFactory.create((long) (i % 3), "A")
                });
    Object[] input = {
      "--input",
      table,
      "--image-col",
      "image.bytes",
      "--id-col",
      "image.path",
      "--label-col",
      "meta.label",
      "--where",
      "image.path <> 'part/19.png' AND meta.line = 'A'"
    };
    Path model = trained("model", input);
    Path maps = dir.resolve("maps");
    List<Object> more = new ArrayList<>(List.of(input));
    more.addAll(List.of("--error-maps", maps, "--top", 2));
    Dataset<Row> scores = spark.read().parquet(scored("scores", model, more.toArray()).toString());
    assertThat(scores.columns())
        .containsExactly(
            "id", "label", "reconstructionError", "anomalyScore", "prediction", "meta");
    assertThat(scores.schema().apply("meta").dataType().catalogString())
        .isEqualTo("struct<line:string>");
    assertThat(scores.select("id").as(Encoders.STRING()).collectAsList())
        .hasSize(ROWS - 1)
        .contains("part/00.png");
    assertThat(scores.where("label = 2").count()).isEqualTo(6);
    assertThat(Files.readString(maps.resolve("index.csv"))).contains(",\"part/");

    // The struct itself; ids are made.
    Path whole = scored("whole", model, "--input", table);
    assertThat(spark.read().parquet(whole.toString()).count()).isEqualTo(ROWS);

    List<Object> args =
        new ArrayList<>(List.of("--model-dir", model, "--scores", dir.resolve("scores")));
    args.addAll(List.of(input));
    Path page = dir.resolve("page.html");
    args.addAll(List.of("--output", page));
    Ran ran = Ran.of(() -> Report.run(words(args.toArray())));
    assertThat(ran.err()).endsWith("Wrote " + page + "\n").doesNotContain("--input:");
    assertThat(shown(data(page))).hasSize(24);

    Ran struct =
        Ran.of(
            () ->
                Score.run(
                    words(
                        "--model-dir",
                        model,
                        "--input",
                        table,
                        "--id-col",
                        "image",
                        "--output",
                        dir.resolve("out"))));
    assertThat(struct.exitCode()).isEqualTo(2);
    assertThat(struct.err())
        .contains(
            "ids must be text, numbers, times or bytes, but column 'image' is of type struct<bytes:binary,path:string>; name one of its fields, such as image.path");
  }

  @Test
  void idsAndLabelsInCsvStayAsTheyAre() throws IOException {
    Path table =
        table(
            "zeros",
            new StructType()
                .add("id", DataTypes.StringType)
                .add("label", DataTypes.StringType)
                .add("lot", DataTypes.StringType)
                .add("line", DataTypes.IntegerType)
                .add("image", DataTypes.BinaryType),
            i ->
                new Object[] {
                  i == 7 ? " 7" : String.format(Locale.ROOT, "%05d", i),
                  String.format(Locale.ROOT, "%02d", i % 3),
                  "" + i,
                  i,
                  png(i)
                });
    Path model = trained("model", "--input", table);
    Path scores = scored("scores", model, "--input", table, "--output-format", "csv");
    Dataset<Row> read = InputFormat.table(spark, scores.toString());
    assertThat(read.schema().catalogString())
        .isEqualTo(
            "struct<id:string,label:string,reconstructionError:double,anomalyScore:double,prediction:double,lot:int,line:int>");
    assertThat(read.select("id").as(Encoders.STRING()).collectAsList())
        .contains("00000", "00019", " 7");
    for (String condition : List.of("label = '00'", "label = 0", "label IN (0)", "label < 1")) {
      Ran ran =
          Ran.of(
              () ->
                  Evaluate.run(
                      words("--scores", scores, "--anomalous", condition, "--bootstrap", 0)));
      assertThat(ran.exitCode()).as(condition + ran.err()).isZero();
      JsonNode metrics = new ObjectMapper().readTree(ran.out());
      assertThat(metrics.path("anomalous").asLong()).as(condition).isEqualTo(7);
    }
    Path page = dir.resolve("page.html");
    Ran ran =
        Ran.of(
            () ->
                Report.run(
                    words(
                        "--model-dir",
                        model,
                        "--scores",
                        scores,
                        "--input",
                        table,
                        "--output",
                        page)));
    assertThat(ran.err()).doesNotContain("--input:");
    assertThat(shown(data(page))).hasSize(24);
    assertThat(data(page).at("/latents/points")).hasSize(ROWS);
  }

  @Test
  void binaryIdsAreHexadecimal() throws IOException {
    List<String> uuids = new ArrayList<>();
    Path table =
        table(
            "uuid",
            new StructType().add("id", DataTypes.BinaryType).add("image", DataTypes.BinaryType),
            i -> {
              UUID uuid = UUID.nameUUIDFromBytes(new byte[] {(byte) i});
              uuids.add(uuid.toString().replace("-", ""));
              return new Object[] {
                ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array(),
                png(i)
              };
            });
    Path model = trained("model", "--input", table);
    Path scores = scored("scores", model, "--input", table);
    Collections.sort(uuids);
    assertThat(
            spark
                .read()
                .parquet(scores.toString())
                .orderBy("id")
                .select("id")
                .as(Encoders.STRING())
                .collectAsList())
        .isEqualTo(uuids);
    Path page = dir.resolve("page.html");
    assertDone(
        Ran.of(
            () ->
                Report.run(
                    words(
                        "--model-dir",
                        model,
                        "--scores",
                        scores,
                        "--input",
                        table,
                        "--output",
                        page))));
    assertThat(shown(data(page))).hasSize(24).isSubsetOf(uuids);
  }

  /** What is shown beside a score is the image that has it. */
  @Test
  void imagesThatWereNotScoredAreNotShown() throws IOException {
    StructType schema =
        new StructType().add("id", DataTypes.StringType).add("image", DataTypes.BinaryType);
    Path table = table("scored", schema, i -> new Object[] {"i" + i, png(i)});
    Path model = trained("model", "--input", table);
    Path scores = scored("scores", model, "--input", table);
    // Three are gone, and two have changed.
    Path other =
        table(
            "other",
            schema,
            i -> new Object[] {i < 3 ? "gone" + i : "i" + i, png(i > 17 ? i + 100 : i)});
    Path page = dir.resolve("page.html");
    Ran ran =
        Ran.of(
            () ->
                Report.run(
                    words(
                        "--model-dir",
                        model,
                        "--scores",
                        scores,
                        "--input",
                        other,
                        "--output",
                        page)));
    assertDone(ran);
    String notice =
        "3 of 20 images were not found, and 2 have another score than in the table: are these the images that were scored, by this model and its score method?";
    assertThat(ran.err()).contains("--input: " + notice + "\n");
    JsonNode data = data(page);
    assertThat(data.at("/pictures/notice").asText()).isEqualTo(notice);
    assertThat(shown(data)).isNotEmpty().doesNotContain("i0", "i1", "i2", "i18", "i19");
    assertThat(data.at("/latents/points")).hasSize(15);

    // Scores of another method are known by their reconstruction errors.
    Path others =
        scored(
            "others",
            model,
            "--input",
            table,
            "--score-method",
            "latentDistance",
            "--prediction-col",
            "");
    Path second = dir.resolve("second.html");
    Dataset<Row> read = spark.read().parquet(others.toString());
    assertThat(read.columns()).contains("reconstructionError").doesNotContain("prediction");
    Path with = dir.resolve("with");
    read.selectExpr("*", "0.0D AS prediction").write().parquet(with.toString());
    ran =
        Ran.of(
            () ->
                Report.run(
                    words(
                        "--model-dir",
                        model,
                        "--scores",
                        with,
                        "--input",
                        table,
                        "--output",
                        second)));
    assertThat(ran.err()).doesNotContain("--input:");
    assertThat(shown(data(second))).isNotEmpty();
  }

  @Test
  void valuesOfARange() throws IOException {
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType);
    Path table =
        table(
            "range",
            new StructType().add("id", DataTypes.StringType).add("image", floats),
            i -> {
              Float[] values = new Float[SHAPE.size()];
              for (int j = 0; j < values.length; j++) {
                values[j] = (float) (i * (j + 1) % 256);
              }
              return new Object[] {String.format(Locale.ROOT, "%02d", i), values};
            });
    Ran refused =
        Ran.of(
            () ->
                Train.run(
                    words(
                        "--input",
                        table,
                        "--output",
                        dir.resolve("out"),
                        "--mode",
                        "DROPMALFORMED")));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "19 of 20 images have values outside the range, too many to leave them out: image '01' has the value 2.0 at index 1, but values must be in [0, 1]: divide values from 0 to 255 by 255, or set --input-max to 255");
    Path model = trained("model", "--input", table, "--input-max", 255);
    Path scores = scored("scores", model, "--input", table);
    assertThat(spark.read().parquet(scores.toString()).where("anomalyScore < 1").count())
        .isEqualTo(ROWS);
    Ran other =
        Ran.of(
            () ->
                Score.run(
                    words(
                        "--model-dir",
                        model,
                        "--input",
                        table,
                        "--input-max",
                        100,
                        "--output",
                        dir.resolve("out"))));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("but values must be in [0, 100]: the image has values from");
  }
}
