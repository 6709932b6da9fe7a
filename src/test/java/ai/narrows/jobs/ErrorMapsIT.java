package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.report.TopScores;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** Pictures of the highest scores, beside the scores. */
final class ErrorMapsIT extends TrainedModels {
  private static final int TOP = 60; // of the images in a picture
  private static final int LEFT = 16;
  private static final int PANEL = 224;
  private static final int NEXT = PANEL + 12;

  private Ran scored(Object... more) {
    List<Object> args = new ArrayList<>(List.of("--model-dir", autoencoder));
    args.addAll(List.of(more));
    return score(args.toArray());
  }

  private static List<String> index(Path maps) throws IOException {
    List<String> lines = Files.readAllLines(maps.resolve("index.csv"));
    assertThat(lines.get(0)).isEqualTo("rank,file,id,score");
    return lines.subList(1, lines.size());
  }

  /** What the index must say by the table of scores. */
  private static List<String> expected(Path scores, int top) {
    List<Row> rows =
        spark
            .read()
            .parquet(scores.toString())
            .orderBy(functions.desc("anomalyScore"))
            .limit(top)
            .selectExpr("id", "anomalyScore")
            .collectAsList();
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      int rank = lines.size() + 1;
      lines.add(
          String.format(Locale.ROOT, "%d,%04d.png,\"%s\",%s", rank, rank, row.get(0), row.get(1)));
    }
    return lines;
  }

  /** The image that a picture shows, by the pixels of one of its panels. */
  private static int[] panel(Path picture, int panel) throws IOException {
    BufferedImage page = ImageIO.read(picture.toFile());
    int[] pixels = new int[28 * 28];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          page.getRGB(LEFT + panel * NEXT + i % 28 * 8 + 3, TOP + i / 28 * 8 + 5) & 0xffffff;
    }
    return pixels;
  }

  @Test
  void theHighestScoresAreDrawn() throws IOException {
    Path out = folder.resolve("out");
    Path maps = folder.resolve("maps");
    Ran ran =
        scored(
            "--input",
            IMAGES,
            "--where",
            "index >= 9000",
            "--output",
            out,
            "--error-maps",
            maps,
            "--top",
            7);
    assertThat(ran.err()).contains("Drew those with the highest scores: " + maps);
    assertThat(ran.exitCode()).isZero();
    assertThat(index(maps)).isEqualTo(expected(out, 7));
    try (var files = Files.list(maps)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "0001.png",
              "0002.png",
              "0003.png",
              "0004.png",
              "0005.png",
              "0006.png",
              "0007.png",
              "index.csv");
    }
    assertThat(spark.read().parquet(out.toString()).count()).isEqualTo(1000);

    String id = index(maps).get(2).split(",", 4)[2].replace("\"", "");
    Row image = spark.read().format("idx").load(IMAGES).where("id = '" + id + "'").first();
    byte[] data = image.<Row>getAs("image").getAs("data");
    int[] shown = panel(maps.resolve("0003.png"), 0);
    for (int i = 0; i < data.length; i++) {
      assertThat(shown[i]).isEqualTo((data[i] & 0xff) * 0x010101);
    }
    // Where image and reconstruction differ more, the map is brighter.
    int[] rebuilt = panel(maps.resolve("0003.png"), 1);
    int[] errors = panel(maps.resolve("0003.png"), 2);
    int worst = 0;
    int best = 0;
    for (int i = 0; i < data.length; i++) {
      worst = difference(shown, rebuilt, i) > difference(shown, rebuilt, worst) ? i : worst;
      best = difference(shown, rebuilt, i) < difference(shown, rebuilt, best) ? i : best;
    }
    assertThat(errors[worst] >> 16).isGreaterThan(150);
    assertThat(errors[best] >> 16).isLessThan(10);
  }

  private static int difference(int[] some, int[] others, int i) {
    return Math.abs((some[i] & 0xff) - (others[i] & 0xff));
  }

  private static String id(String line) {
    return line.replaceAll("^[^,]*,[^,]*,|,[^,]*$", "");
  }

  @Test
  void equalScoresAreInTheOrderOfIds() {
    Dataset<Row> rows =
        spark.sql(
            "SELECT IF(id = 7, NULL, CAST(id AS STRING)) AS id,"
                + " IF(id = 3, NULL, CAST(id % 5 DIV 2 AS DOUBLE)) AS score FROM range(0, 20, 1, 4)");
    List<TopScores.Entry> found =
        TopScores.read(
            rows.agg(TopScores.of(7, functions.col("id"), functions.col("score")))
                .first()
                .getStruct(0));
    List<TopScores.Entry> expected = new ArrayList<>();
    for (String id : new String[] {"14", "19", "4", "9"}) {
      expected.add(new TopScores.Entry(id, 2));
    }
    for (String id : new String[] {null, "12", "13"}) {
      expected.add(new TopScores.Entry(id, 1));
    }
    assertThat(found).isEqualTo(expected);
  }

  /** Several images of one id, images without an id, and ids with commas and quotes in them. */
  @Test
  void idsOfAnyKind() throws IOException {
    Dataset<Row> images =
        spark.read().format("idx").load(IMAGES).where("index IN (9000, 9001, 9002)");
    Path table = folder.resolve("table");
    images
        .selectExpr("explode(array('b, \"quoted\"', 'a', NULL, 'same')) AS id", "index", "image")
        .selectExpr("IF(id = 'same' AND index = 9000, 'c', id) AS id", "image")
        .write()
        .parquet(table.toString());
    Path out = folder.resolve("out");
    Path maps = folder.resolve("maps");
    Ran ran =
        scored("--input", table, "--output", out, "--error-maps", maps, "--output-format", "json");
    assertThat(ran.err()).contains("Drew those with the highest scores: ");
    assertThat(ran.exitCode()).isZero();
    List<String> lines = index(maps);
    assertThat(lines).hasSize(12);
    for (int i = 0; i < 12; i += 4) { // of each image, whose scores differ by rounding at most
      assertThat(lines.subList(i, i + 4).stream().map(ErrorMapsIT::id))
          .contains("", "\"a\"", "\"b, \"\"quoted\"\"\"")
          .containsAnyOf("\"c\"", "\"same\"");
      for (int j = 1; j < 4; j++) {
        assertThat(panel(maps.resolve(String.format(Locale.ROOT, "%04d.png", i + 1 + j)), 0))
            .isEqualTo(panel(maps.resolve(String.format(Locale.ROOT, "%04d.png", i + 1)), 0));
      }
    }
    assertThat(panel(maps.resolve("0001.png"), 0)).isNotEqualTo(panel(maps.resolve("0012.png"), 0));
  }

  /** However the images come in: the model sees the same, and so do people. */
  @Test
  void imagesOfEveryKind() throws IOException {
    Dataset<Row> images = spark.read().format("idx").load(IMAGES).where("index < 12");
    Path structs = folder.resolve("structs");
    images.selectExpr("id", "image").write().parquet(structs.toString());
    Path raw = folder.resolve("raw");
    images.selectExpr("id", "image.data AS image").write().parquet(raw.toString());
    Path arrays = folder.resolve("arrays");
    images
        .selectExpr(
            "id",
            "transform(sequence(1, 784), i -> CAST(conv(hex(substring(image.data, i, 1)), 16, 10) AS DOUBLE)"
                + " / 255) AS image")
        .write()
        .parquet(arrays.toString());
    Path files = Files.createDirectory(folder.resolve("files"));
    for (Row row : images.selectExpr("id", "image.data").collectAsList()) {
      ImageIO.write(
          ImageRows.toBufferedImage(new ImageShape(28, 28, 1), row.<byte[]>getAs(1), 0),
          "png",
          files.resolve(row.getString(0) + ".png").toFile());
    }
    Files.write(files.resolve("broken.png"), new byte[] {1, 2, 3});
    Object[][] inputs = {
      {"--input", structs},
      {"--input", raw, "--input-encoding", "raw"},
      {"--input", arrays},
      {"--input", files, "--mode", "PERMISSIVE"},
    };
    List<int[]> first = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      Path maps = folder.resolve("maps" + i);
      List<Object> args = new ArrayList<>(List.of(inputs[i]));
      args.addAll(List.of("--output", folder.resolve("out" + i), "--error-maps", maps));
      Ran ran = scored(args.toArray());
      assertThat(ran.err()).contains("Drew those with the highest scores: ");
      for (int panel = 0; panel < 2; panel++) {
        first.add(panel(maps.resolve("0001.png"), panel));
        assertThat(first.get(first.size() - 1)).isEqualTo(first.get(panel));
      }
    }
  }

  @Test
  void nothingIsHalfReplaced() throws IOException {
    Path out = folder.resolve("scores");
    Path maps = folder.resolve("maps");
    Object[] args = {
      "--input", IMAGES, "--where", "index < 30", "--output", out, "--error-maps", maps
    };
    assertThat(scored(args).exitCode()).isZero();
    String before = Files.readString(maps.resolve("index.csv"));
    assertThat(scored(args).err())
        .contains(
            String.format(
                Locale.ROOT,
                "the output %s exists already: choose another or pass --overwrite",
                out));
    Path other = folder.resolve("other");
    Ran mapsExist =
        scored("--input", IMAGES, "--where", "index < 9", "--output", other, "--error-maps", maps);
    assertThat(mapsExist.err())
        .contains(String.format(Locale.ROOT, "the output %s exists already", maps));
    assertThat(mapsExist.exitCode()).isEqualTo(2);
    assertThat(other).doesNotExist();
    assertThat(Files.readString(maps.resolve("index.csv"))).isEqualTo(before);

    Ran again =
        scored(
            "--input",
            IMAGES,
            "--where",
            "index < 30",
            "--output",
            out,
            "--error-maps",
            maps,
            "--top",
            3,
            "--overwrite");
    assertThat(again.exitCode()).isZero();
    assertThat(index(maps)).isEqualTo(before.lines().skip(1).limit(3).toList());
    assertThat(maps.resolve("0004.png")).doesNotExist();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(out, maps);
    }
  }

  @Test
  void whatCannotBeIsRefused() throws IOException {
    Path out = folder.resolve("out");
    Path maps = folder.resolve("maps");
    assertRefused(
        scored("--input", IMAGES, "--output", out, "--top", 3),
        "--top has no effect without --error-maps");
    assertRefused(
        scored("--input", IMAGES, "--output", out, "--error-maps", maps, "--top", 0),
        "--top must be from 1 to 1000, but is 0");
    assertRefused(
        scored("--input", IMAGES, "--output", out, "--error-maps", maps, "--anomaly-score-col", ""),
        "--error-maps needs the scores: --anomaly-score-col must have a name");
    for (Path inside : List.of(out, out.resolve("maps"))) {
      assertRefused(
          scored("--input", IMAGES, "--output", out, "--error-maps", inside),
          String.format(
              Locale.ROOT,
              "--error-maps %s lies in the output file:%s, which is replaced as a whole",
              inside,
              out));
    }
    assertRefused(
        scored("--input", IMAGES, "--output", maps.resolve("scores"), "--error-maps", maps),
        String.format(
            Locale.ROOT,
            "--output %s lies in the output file:%s, which is replaced as a whole",
            maps.resolve("scores"),
            maps));
    assertRefused(
        scored("--input", IMAGES, "--output", out, "--error-maps", autoencoder, "--overwrite"),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: the input %s lies in it",
            autoencoder,
            autoencoder));
    assertThat(maps).doesNotExist();
  }
}
