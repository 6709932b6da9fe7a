package ai.narrows.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.metrics.PixelMetrics;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions beside scores, and pixels measured, of parts in MVTec AD's layout. */
final class RegionsJobIT extends SparkFixture {
  private static final int SIDE = 40;

  @TempDir static Path shared;
  @TempDir Path folder;
  private Path parts;
  private Path model;
  private Path scores;

  @BeforeAll
  void prepare() {
    parts = shared.resolve("parts");
    model = shared.resolve("model");
    scores = shared.resolve("scores");
    done(
        Ran.of(() -> SampleParts.run("--size=40", "--train=30", "--test=12", "--output=" + parts)));
    done(
        Ran.of(
            () ->
                Train.run(
                    "--input=" + parts.resolve("train"),
                    "--height=20",
                    "--width=20",
                    "--hidden=16",
                    "--latent=4",
                    "--epochs=8",
                    "--batch-size=4",
                    "--error-smoothing=3",
                    "--workers=1",
                    "--pixel-contamination=0.01",
                    "--output=" + model)));
    done(score("--output=" + scores, "--error-map-col=errorMap", "--mask-col=mask"));
  }

  private static void done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private Ran score(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--model-dir=" + model,
                "--input=" + parts.resolve("test"),
                "--input-option=labels=folder"));
    args.addAll(Arrays.asList(more));
    return Ran.of(() -> Score.run(args.toArray(String[]::new)));
  }

  private Ran evaluate(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--scores=" + scores, "--anomalous=labelName <> 'good'", "--bootstrap=0"));
    args.addAll(Arrays.asList(more));
    return Ran.of(() -> Evaluate.run(args.toArray(String[]::new)));
  }

  private static byte[] pixels(Path mask) throws IOException {
    BufferedImage image = ImageIO.read(mask.toFile());
    assertThat(image.getType()).isEqualTo(BufferedImage.TYPE_BYTE_GRAY);
    assertThat(image.getWidth()).isEqualTo(SIDE);
    byte[] pixels = new byte[SIDE * SIDE];
    image.getRaster().getDataElements(0, 0, SIDE, SIDE, pixels);
    return pixels;
  }

  @Test
  void tableMasksAndCocoAgree() throws IOException {
    Path regions = folder.resolve("regions");
    Path masks = folder.resolve("masks");
    Path coco = folder.resolve("coco.json");
    Ran ran =
        score(
            "--output=" + folder.resolve("out"),
            "--regions=" + regions,
            "--masks=" + masks,
            "--coco=" + coco);
    done(ran);
    List<Row> table =
        spark.read().parquet(regions.toString()).orderBy("id", "y", "x").collectAsList();
    assertThat(table.get(0).schema().simpleString())
        .isEqualTo(
            "struct<id:string,x:int,y:int,width:int,height:int,area:int,highestError:double>");
    assertThat(ran.err())
        .contains("Outlined " + table.size() + " regions in ")
        .contains(" of 12 images, errors above 0.")
        .contains(": " + regions + ", " + masks + ", " + coco);

    List<String> index = Files.readAllLines(masks.resolve("index.csv"));
    assertThat(index.get(0)).isEqualTo(Written.MASKS_INDEX);
    assertThat(index).hasSize(13);
    Map<String, byte[]> ofModel = new HashMap<>();
    for (Row row : spark.read().parquet(scores.toString()).select("id", "mask").collectAsList()) {
      ofModel.put(row.getString(0), row.getStruct(1).getAs(ImageRows.FIELDS - 1));
    }
    Map<String, Long> areas = new HashMap<>();
    table.forEach(
        row -> areas.merge(row.getString(0), (long) row.<Integer>getAs("area"), Long::sum));
    for (String line : index.subList(1, index.size())) {
      String[] fields = line.split(",", -1);
      String id = fields[1].replace("\"", "");
      byte[] mask = pixels(masks.resolve(fields[0]));
      assertThat(mask).isEqualTo(ofModel.get(id));
      long inside = 0;
      for (byte pixel : mask) {
        inside += pixel == 0 ? 0 : 1;
      }
      assertThat(inside).isEqualTo(areas.getOrDefault(id, 0L));
      assertThat(table.stream().filter(row -> row.getString(0).equals(id)).count())
          .isEqualTo(Long.parseLong(fields[2]));
    }
    assertThat(areas).isNotEmpty();
    assertCoco(coco, table);
  }

  /** The same regions, with polygons whose boxes are theirs. */
  private static void assertCoco(Path file, List<Row> table) throws IOException {
    JsonNode coco = new ObjectMapper().readTree(Files.readString(file));
    assertThat(coco.get("categories").toString()).isEqualTo("[{\"id\":1,\"name\":\"defect\"}]");
    assertThat(coco.get("images")).hasSize(12);
    Map<Integer, String> names = new HashMap<>();
    for (JsonNode image : coco.get("images")) {
      names.put(image.get("id").asInt(), image.get("file_name").asText());
      assertThat(image.get("width").asInt()).isEqualTo(SIDE);
      assertThat(image.get("height").asInt()).isEqualTo(SIDE);
    }
    assertThat(names).hasSize(12);
    List<String> expected =
        table.stream()
            .map(
                row ->
                    String.join(
                        " ",
                        row.getString(0),
                        "["
                            + row.get(1)
                            + ","
                            + row.get(2)
                            + ","
                            + row.get(3)
                            + ","
                            + row.get(4)
                            + "]",
                        row.get(5).toString(),
                        row.get(6).toString()))
            .sorted()
            .toList();
    List<String> found = new ArrayList<>();
    for (JsonNode annotation : coco.get("annotations")) {
      found.add(
          String.join(
              " ",
              names.get(annotation.get("image_id").asInt()),
              annotation.get("bbox").toString(),
              annotation.get("area").asText(),
              annotation.get("score").asText()));
      assertThat(annotation.get("category_id").asInt()).isEqualTo(1);
      assertThat(annotation.get("iscrowd").asInt()).isZero();
      int[] box = {SIDE, SIDE, 0, 0};
      JsonNode polygon = annotation.get("segmentation").get(0);
      for (int i = 0; i < polygon.size(); i++) {
        box[i % 2] = Math.min(box[i % 2], polygon.get(i).asInt());
        box[2 + i % 2] = Math.max(box[2 + i % 2], polygon.get(i).asInt());
      }
      assertThat(annotation.get("bbox").toString())
          .isEqualTo(
              String.format(
                  Locale.ROOT, "[%d,%d,%d,%d]", box[0], box[1], box[2] - box[0], box[3] - box[1]));
    }
    assertThat(found.stream().sorted().toList()).isEqualTo(expected);
  }

  @Test
  void earlierOutputsAreReplacedAndOthersAreNot() throws IOException {
    String[] args = {
      "--output=" + folder.resolve("out"),
      "--regions=" + folder.resolve("regions"),
      "--masks=" + folder.resolve("masks"),
      "--coco=" + folder.resolve("coco.json"),
      "--min-region-area=10",
      "--pixel-threshold=0.06",
      "--output-format=csv",
      "--overwrite"
    };
    done(score(args));
    assertThat(score(args).err()).contains("errors above 0.0600000:");
    Dataset<Row> regions =
        spark
            .read()
            .option("header", "true")
            .option("inferSchema", "true")
            .csv(folder.resolve("regions").toString());
    assertThat(regions.where("area < 10 or highestError <= 0.06").count()).isZero();
    assertThat(regions.count()).isPositive();
    Files.writeString(folder.resolve("coco.json"), "{\"mine\": 1}");
    Ran refused = score(args);
    assertThat(refused.err())
        .contains(
            "coco.json cannot be overwritten: it is no COCO file that the job score has written");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("coco.json"))).contains("mine");
  }

  private void assertRefused(Ran ran, String sentence) {
    assertThat(ran.err()).contains(sentence).doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws IOException {
    String out = "--output=" + folder.resolve("out");
    assertRefused(
        score(out, "--min-region-area=3"),
        "--min-region-area has no effect without --regions, --masks, --coco, or a name for --regions-col or --mask-col");
    assertRefused(
        Ran.of(
            () ->
                Score.run(
                    "--model-dir=" + model,
                    "--input=" + parts,
                    out,
                    "--masks=" + folder.resolve("m"),
                    "--stream",
                    "--checkpoint=" + folder.resolve("c"))),
        "--masks does not go with --stream: the columns that --regions-col and --mask-col name do");
    assertRefused(
        score(out, "--regions=" + folder.resolve("r"), "--output-format=table"),
        "--regions writes files: it needs an --output-format such as parquet, orc, csv or json, but that is 'table'");
    assertRefused(
        score(out, "--regions=" + folder.resolve("out").resolve("r")), "lies in the output");
    assertRefused(
        score(out, "--masks=" + folder.resolve("m"), "--pixel-threshold=2"),
        "--pixel-threshold must be from 0 to 1, but is 2");
    assertRefused(evaluate("--mask-col=mask"), "--mask-col has no effect without --masks");
    assertRefused(
        evaluate("--masks=" + parts.resolve("ground_truth"), "--error-map-col=map"),
        "has no column `map` of error maps (--error-map-col): score the images with --error-map-col of jobs/score");
    Path others = folder.resolve("others");
    Files.createDirectories(others.resolve("dent"));
    Files.copy(parts.resolve("ground_truth/blob/0000_mask.png"), others.resolve("dent/7_mask.png"));
    assertRefused(
        evaluate("--masks=" + others),
        "none of the 1 masks in "
            + others
            + " belongs to a row: a mask FOLDER/NAME_mask.png is that of the id FOLDER/NAME.png, but an id is 'blob/0000.png'");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }

  @Test
  void pixelsAreMeasuredAgainstTheMasks() throws IOException {
    Ran ran = evaluate("--masks=" + parts.resolve("ground_truth"));
    done(ran);
    JsonNode json = new ObjectMapper().readTree(ran.out());
    Dataset<Row> truth =
        spark
            .read()
            .format("imagefolder")
            .load(parts.resolve("ground_truth").toString())
            .select(
                functions
                    .expr("replace(element_at(split(id, '/'), -1), '_mask', '')")
                    .as("maskName"),
                functions.expr("element_at(split(id, '/'), -2)").as("maskKind"),
                col("image").as("truth"));
    Dataset<Row> rows =
        spark
            .read()
            .parquet(scores.toString())
            .join(
                truth,
                functions.expr(
                    "element_at(split(id, '/'), -1) = maskName and labelName = maskKind"),
                "left")
            .select("id", "errorMap", "mask", "truth");
    PixelMetrics expected = PixelMetrics.of(rows, "errorMap", "truth", "mask", "id");
    JsonNode pixels = json.get("pixels");
    assertThat(pixels.get("images").asInt()).isEqualTo(12);
    assertThat(pixels.get("pixels").asInt()).isEqualTo(12 * SIDE * SIDE);
    assertThat(pixels.get("regions").asLong()).isEqualTo(expected.regions());
    assertThat(pixels.get("auroc").asDouble()).isEqualTo(expected.auroc());
    assertThat(pixels.get("aupro").asDouble()).isEqualTo(expected.aupro());
    assertThat(pixels.get("regionRecall").asDouble())
        .isEqualTo(expected.predictions().orElseThrow().regionRecall());
    assertThat(expected.auroc()).isGreaterThan(0.6);
    assertThat(ran.err())
        .contains("19,200 pixels of 12 images, ")
        .contains("pixel AUROC ")
        .contains("AUPRO, FPR <= 0.3 ")
        .contains("region recall ");
    assertThat(json.get("auroc").asDouble())
        .isCloseTo(
            new ObjectMapper().readTree(evaluate().out()).get("auroc").asDouble(), within(0.0));
  }

  @Test
  void imagesWithoutAMaskAreLeftOutAndTold() throws IOException {
    Path some = folder.resolve("ground_truth");
    Files.createDirectories(some.resolve("blob"));
    Files.copy(
        parts.resolve("ground_truth/blob/0000_mask.png"), some.resolve("blob/0000_mask.png"));
    Files.copy(
        parts.resolve("ground_truth/blob/0000_mask.png"), some.resolve("blob/other_mask.png"));
    Ran ran = evaluate("--masks=" + some);
    done(ran);
    assertThat(ran.err())
        .contains("1 of 2 masks belong to no row.")
        .contains("5 anomalous images have no mask: they are left out where pixels are measured.");
    assertThat(new ObjectMapper().readTree(ran.out()).get("pixels").get("images").asInt())
        .isEqualTo(7);
    Files.copy(parts.resolve("ground_truth/blob/0000_mask.png"), some.resolve("blob/0000.png"));
    assertRefused(evaluate("--masks=" + some), "has 2 masks of 'blob/0000': one is needed");
  }
}
