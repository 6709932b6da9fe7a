package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Photos;
import ai.narrows.images.ImageRows;
import ai.narrows.jobs.pack.PackSettings;
import ai.narrows.jobs.pack.PackState;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.tensors.TensorReader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/formats.md have every file, field and column that is written, with its type,
 * and no other.
 */
final class FormatsIT extends TrainedModels {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([^|]+?) \\|");

  /** Objects whose names are not fixed. */
  private static final Set<String> OPEN =
      Set.of("paramMap", "defaultParamMap", "params", "identity", "kinds", "options");

  /** A model with all that a model can have, and where its training kept checkpoints. */
  private static Path model;

  private static Path checkpoints;
  private static Path photos;

  @BeforeAll
  static void trainOneWithEverything() {
    model = models.resolve("everything");
    checkpoints = models.resolve("checkpoints");
    photos = models.resolve("photos");
    Photos.slopes(photos.resolve("good"), 6);
    Photos.boards(photos.resolve("scratched"), 2);
    Ran ran =
        train(
            "--model=vae",
            "--where=index < 100",
            "--height=28",
            "--width=28",
            "--patch=14",
            "--patch-quantile=0.9",
            "--score-method=normalizedError",
            "--error-smoothing=3",
            "--hidden=4",
            "--latent=2",
            "--loss=gaussian",
            "--outer-momentum=0.5",
            "--validation-fraction=0.2",
            "--epochs=2",
            "--workers=2",
            "--checkpoint=" + checkpoints,
            "--output=" + model);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  /** What the table below a heading has in its first two columns, in order. */
  private static Map<String, String> table(String heading) throws IOException {
    String page = Files.readString(Path.of("docs/formats.md"));
    assertThat(page).contains("\n" + heading + "\n");
    String section = page.substring(page.indexOf("\n" + heading + "\n") + heading.length() + 2);
    int end = section.indexOf("\n#");
    Map<String, String> rows = new LinkedHashMap<>();
    ROW.matcher(end < 0 ? section : section.substring(0, end))
        .results()
        .forEach(row -> assertThat(rows.put(row.group(1), row.group(2))).isNull());
    assertThat(rows).as(heading).isNotEmpty();
    return rows;
  }

  private static Map<String, String> columns(StructType schema) {
    Map<String, String> columns = new TreeMap<>();
    Arrays.stream(schema.fields()).forEach(f -> columns.put(f.name(), type(f.dataType())));
    return columns;
  }

  private static String type(DataType type) {
    if (type.equals(SQLDataTypes.VectorType())) {
      return "vector";
    }
    String name = type.catalogString(); // which leaves out what may be null
    return name.equals(ImageRows.schema().catalogString()) ? "image struct" : name;
  }

  private static Map<String, String> columnsOf(Path parquet) {
    return columns(spark.read().parquet(parquet.toString()).schema());
  }

  /** Every value in a JSON object, by the way to it, with its type. */
  private static Map<String, String> fieldsOf(Path json) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    addFields("", new ObjectMapper().readTree(Files.readString(json)), fields);
    return fields;
  }

  private static Map<String, String> metadataOf(Path model) throws IOException {
    Path metadata = model.resolve("metadata");
    return fieldsOf(metadata.resolve(files(metadata).iterator().next()));
  }

  private static void addFields(String path, JsonNode json, Map<String, String> fields) {
    if (json.isObject() && !OPEN.contains(path.substring(path.lastIndexOf('.') + 1))) {
      String before = path.isEmpty() ? "" : path + ".";
      json.properties().forEach(e -> addFields(before + e.getKey(), e.getValue(), fields));
    } else if (json.isArray()) {
      json.forEach(element -> addFields(path + "[]", element, fields));
    } else {
      fields.put(path, json.getNodeType().name().toLowerCase(Locale.ROOT));
    }
  }

  /** Names of a file's tensors, all layers of a kind as the first. */
  private static Set<String> tensors(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return TensorReader.open(in, Files.size(file)).tensors().stream()
          .map(tensor -> tensor.name().replaceFirst("[.][0-9]+[.]", ".0."))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Names of what lies in a folder, without what Hadoop hides. */
  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.matches("[._].*"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> components(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void images() throws IOException {
    Path cifar = Files.createDirectory(folder.resolve("cifar"));
    Files.write(cifar.resolve("train.bin"), new byte[2 + 3 * 32 * 32]);
    Files.writeString(cifar.resolve("fine_label_names.txt"), "name\n".repeat(100));
    Map<String, String> columns = new TreeMap<>();
    columns.putAll(columns(spark.read().format("idx").load(IMAGES).schema()));
    columns.putAll(columns(spark.read().format("cifar").load(cifar.toString()).schema()));
    columns.putAll(
        columns(
            spark
                .read()
                .format("imagefolder")
                .option("labels", "folder")
                .option("mode", "PERMISSIVE")
                .load(photos.toString())
                .schema()));
    assertThat(table("## Input images")).isEqualTo(columns);

    Path packed = folder.resolve("packed");
    Ran ran = Ran.of(() -> Pack.run("--input=" + photos, "--labels=folder", "--output=" + packed));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(table("## Packs")).isEqualTo(columnsOf(packed));
    assertThat(table("### Incomplete packs").keySet())
        .isEqualTo(
            Stream.concat(
                    components(PackSettings.class).stream(),
                    components(PackState.Chunk.class).stream())
                .collect(Collectors.toSet()));
  }

  @Test
  void models() throws IOException {
    assertThat(files(model)).containsExactly("history.jsonl", "metadata", "weights.safetensors");
    assertThat(table("## Models").keySet())
        .containsExactlyInAnyOrder(
            "weights.safetensors", "metadata/", "backbone.onnx", "history.jsonl");
    Path onnx = folder.resolve("backbone.onnx");
    try (InputStream in = FormatsIT.class.getResourceAsStream("/backbones/grids.onnx")) {
      Files.copy(in, onnx);
    }
    Path onFeatures = folder.resolve("on features");
    Ran photographs =
        train(
            "--where=index < 20",
            "--backbone=" + onnx,
            "--patch=1",
            "--hidden=4",
            "--epochs=1",
            "--output=" + onFeatures);
    assertThat(photographs.exitCode()).as(photographs.err()).isZero();
    assertThat(files(onFeatures))
        .containsExactly("backbone.onnx", "history.jsonl", "metadata", "weights.safetensors");
    Path convolutional = folder.resolve("convolutional");
    Ran ran =
        train(
            "--where=index < 20",
            "--architecture=convolutional",
            "--standardization=perChannel",
            "--loss=ssim",
            "--filters=2",
            "--epochs=1",
            "--threshold-input=" + IMAGES,
            "--threshold-where=index < 40",
            "--threshold-anomalous=label <> 1",
            "--output=" + convolutional);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    Map<String, String> fields = metadataOf(convolutional); // has no validation rows
    fields.putAll(metadataOf(onFeatures));
    fields.putAll(metadataOf(model));
    assertThat(table("### metadata")).isEqualTo(fields);
    Set<String> tensors = tensors(model.resolve("weights.safetensors"));
    tensors.add("sigma.raw"); // with learnSigma
    assertThat(table("### weights.safetensors").keySet()).isEqualTo(tensors);
    assertThat(table("### The history as a table"))
        .isEqualTo(
            columns(
                FittedAutoencoder.load(model.toString()).summary().historyTable(spark).schema()));
  }

  @Test
  void checkpoints() throws IOException {
    assertThat(files(checkpoints)).containsExactly("epoch-00001", "epoch-00002");
    Path last = checkpoints.resolve("epoch-00002");
    Set<String> files = files(last);
    assertThat(table("## Checkpoints").keySet()).isEqualTo(files);
    assertThat(fieldsOf(last.resolve("manifest.json"))).isEqualTo(table("### manifest.json"));
    Set<String> tensors = tensors(last.resolve("state.safetensors"));
    tensors.add("best"); // left out where the last epoch is the best
    assertThat(table("### state.safetensors").keySet()).isEqualTo(tensors);
    assertThat(table("### training.json")).isEqualTo(fieldsOf(last.resolve("training.json")));
  }

  @Test
  void scoresAndEmbeddings() throws IOException {
    FittedAutoencoder<?> all = FittedAutoencoder.load(model.toString());
    all.setLatentVarianceCol("latentVariance");
    all.setReconstructionCol("reconstruction");
    all.setErrorMapCol("errorMap");
    all.setRegionsCol("regions");
    all.setMaskCol("mask");
    StructType images = new StructType().add("image", ImageRows.schema());
    Map<String, String> appended = columns(all.transformSchema(images));
    appended.remove("image");
    assertThat(table("## Output columns")).isEqualTo(appended);

    Path scores = folder.resolve("scores");
    Path maps = folder.resolve("maps");
    Path regions = folder.resolve("regions");
    Path masks = folder.resolve("masks");
    Path coco = folder.resolve("coco.json");
    Ran ran =
        score(
            "--model-dir=" + model,
            "--input=" + photos,
            "--input-option=labels=folder",
            "--mode=PERMISSIVE",
            "--error-maps=" + maps,
            "--top=1",
            "--error-map-col=errorMap",
            "--mask-col=mask",
            "--pixel-threshold=0.01",
            "--regions=" + regions,
            "--masks=" + masks,
            "--coco=" + coco,
            "--output=" + scores);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    Map<String, String> written = columnsOf(scores);
    written.remove("labelName"); // a column of the input, as any other
    written.remove("errorMap"); // asked for by name
    written.remove("mask");
    assertThat(table("## Scores")).isEqualTo(written);
    assertThat(files(maps)).containsExactly("0001.png", "index.csv");
    assertThat(table("## Error maps").keySet())
        .containsExactly(Files.readAllLines(maps.resolve("index.csv")).get(0).split(","));

    assertThat(table("## Regions")).isEqualTo(columnsOf(regions));
    assertThat(files(masks)).contains("0001.png", "index.csv");
    assertThat(table("### Masks").keySet())
        .containsExactly(Files.readAllLines(masks.resolve("index.csv")).get(0).split(",", -1));
    assertThat(table("### COCO")).isEqualTo(fieldsOf(coco));

    Path checkpoint = folder.resolve("stream.checkpoint");
    ran =
        score(
            "--model-dir=" + model,
            "--input=" + photos,
            "--stream",
            "--available-now",
            "--checkpoint=" + checkpoint,
            "--output=" + folder.resolve("stream"));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(table("### Streaming scores"))
        .isEqualTo(fieldsOf(checkpoint.resolve("narrows.json")));

    Path evaluation = folder.resolve("evaluation.json");
    Path truth = Files.createDirectories(folder.resolve("ground_truth/scratched"));
    try (Stream<Path> files = Files.list(photos.resolve("scratched"))) {
      for (Path file : files.sorted().toList()) { // any picture is a mask
        Files.copy(masks.resolve("0001.png"), truth.resolve(file.getFileName()));
      }
    }
    ran =
        Ran.of(
            () ->
                Evaluate.run(
                    "--scores=" + scores,
                    "--anomalous=label = 1",
                    "--masks=" + truth.getParent(),
                    "--output=" + evaluation));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(table("## Evaluations")).isEqualTo(fieldsOf(evaluation));

    Path embeddings = folder.resolve("embeddings");
    ran =
        embed(
            "--model-dir=" + model,
            "--input=" + photos,
            "--input-option=labels=folder",
            "--mode=PERMISSIVE",
            "--with-variance",
            "--output=" + embeddings);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(table("## Embeddings")).isEqualTo(columnsOf(embeddings));
  }

  @Test
  void generatedImages() throws IOException {
    Path generated = folder.resolve("generated");
    Ran ran = generate("--model-dir", model, "--count", 1, "--output", generated);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(table("## Generated images").keySet()).isEqualTo(files(generated));
  }

  @Test
  void sampleParts() throws IOException {
    Path parts = folder.resolve("parts");
    Ran ran =
        Ran.of(() -> SampleParts.run("--size=32", "--train=1", "--test=6", "--output=" + parts));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    try (Stream<Path> files = Files.walk(parts)) {
      assertThat(table("## Sample parts").keySet())
          .isEqualTo(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> parts.relativize(file.getParent()).toString())
                  .collect(Collectors.toSet()));
    }
  }
}
