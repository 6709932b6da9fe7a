package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.images.InputException;
import ai.narrows.train.EpochReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Model files that a stranger has made: each is refused with its reason, and with little memory.
 */
class ModelFilesIT extends SparkFixture {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PARAMETERS = 446;
  private static final String SMOOTHING =
      "ErrorSmoothing[height=4, width=5, channels=1, side=1] does not fit a network of ";

  /** What refusing a file of a few kB may take. */
  private static final long LITTLE = 16L << 20;

  /** What refusing metadata of the greatest length may take. */
  private static final long MUCH = 160L << 20;

  @TempDir private Path dir;
  private SavedModel model;
  private float[] parameters;

  @BeforeEach
  void copy() throws IOException {
    model = fresh();
    parameters = model.load().parameters();
    assertThat(parameters).hasSize(PARAMETERS);
  }

  private SavedModel fresh() throws IOException {
    return SavedModel.copyOf("autoencoder", Files.createTempDirectory(dir, "m").resolve("model"));
  }

  @Test
  void wrongChecksum() throws IOException {
    String sha256 = model.json().at("/narrows/sha256").textValue();
    for (String[] change :
        new String[][] {
          {"\"predictionCol\":\"flag\"", "\"predictionCol\":\"flog\""},
          {"\"value\":0.", "\"value\":1."},
          {"\"rows\":36", "\"rows\":37"},
          {"autoencoder_ec", "autoencoder_ed"},
          {sha256, sha256.startsWith("0") ? "1" + sha256.substring(1) : "0" + sha256.substring(1)},
        }) {
      assertDamaged(fresh().with(change[0], change[1]), "its checksum does not match");
    }
    byte[] bytes = Files.readAllBytes(model.weights());
    bytes[bytes.length - 1] ^= 1; // of the statistics
    Files.write(model.weights(), bytes);
    assertDamaged(model, "its checksum does not match");
    bytes[bytes.length - 1] ^= 1;
    bytes[headerLength(bytes) + 8] ^= 1; // of the parameters
    Files.write(model.weights(), bytes);
    assertDamaged(model, "its checksum does not match");
  }

  private static int headerLength(byte[] weights) {
    return (int) ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  @Test
  void truncated() throws IOException {
    byte[] bytes = Files.readAllBytes(model.weights());
    int values = bytes.length - headerLength(bytes) - 8;
    Files.write(model.weights(), Arrays.copyOf(bytes, bytes.length - 1));
    assertWeights("has %d bytes of values, but its tensors have %d", values - 1, values);
    Files.write(model.weights(), Arrays.copyOf(bytes, bytes.length + 4));
    assertWeights("has %d bytes of values, but its tensors have %d", values + 4, values);
    Files.write(model.weights(), Arrays.copyOf(bytes, 1000));
    assertWeights("has 1000 bytes, but its header says that it has %d", (long) headerLength(bytes));
    Files.write(model.weights(), new byte[0]);
    assertWeights("has 0 bytes, which are too few for a header");
    SavedModel other = fresh();
    Files.writeString(other.metadata(), other.line().substring(0, 1000));
    assertThatThrownBy(other::load)
        .hasMessageStartingWith(
            "the model in " + other.path() + " is damaged: its metadata is not JSON: Unexpected");
    Files.write(other.metadata(), new byte[0]);
    assertDamaged(other, "its folder metadata holds nothing");
  }

  @Test
  void sizesThatDoNotFit() throws IOException {
    String layers = "\"hidden\":[8,4]},\"latentDim\":2,\"latent\"";
    assertSign(
        layers,
        "\"hidden\":[8,4]},\"latentDim\":3,\"latent\"",
        "its file weights.safetensors has tensor bottleneck.weight of [4, 2], where [4, 3] belongs");
    assertSign(
        layers,
        "\"hidden\":[500000,4]},\"latentDim\":2,\"latent\"",
        "its file weights.safetensors has tensor encoder.0.weight of [20, 8], where [20, 500000] belongs");
    assertSign(
        layers,
        "\"hidden\":[8]},\"latentDim\":2,\"latent\"",
        "its file weights.safetensors has tensor bottleneck.weight of [4, 2], where [8, 2] belongs");
    assertSign("\"inputs\":20", "\"inputs\":21", SMOOTHING + "21 inputs");
    assertSign("\"inputs\":20", "\"inputs\":2147483647", SMOOTHING + "2147483647 inputs");
    assertSign(
        layers,
        "\"hidden\":[46341,46341]},\"latentDim\":2,\"latent\"",
        "a network of 20-46341-46341-2-46341-46341-20 has more than 2147483647 parameters");
    String inputs = "narrows.model.architecture.topology.inputs";
    assertSign("\"inputs\":20,", "", inputs + " is missing");
    assertSign("\"inputs\":20", "\"inputs\":null", inputs + " must have a value, but is null");
    for (String value : List.of("2147483648", "\"20\"", "20.5", "20.0", "true")) {
      assertSign(
          "\"inputs\":20",
          "\"inputs\":" + value,
          inputs + " must be a whole number of at most 2147483647, but is " + value);
    }
    assertSign("\"inputs\":20", "\"inputs\":0", "inputs must be at least 1, but is 0");
    assertSign("\"inputs\":20", "\"inputs\":-20", "inputs must be at least 1, but is -20");
    assertSign(
        layers,
        "\"hidden\":[8,\"4\"]},\"latentDim\":2,\"latent\"",
        "narrows.model.architecture.topology.hidden[1] must be a whole number of at most 2147483647, but is \"4\"");
    assertSign(
        layers,
        "\"hidden\":[" + "1,".repeat(1000) + "1]},\"latentDim\":2,\"latent\"",
        "hidden must have at most 1000 sizes, but has 1001");
    assertSign(
        "\"shape\":{\"height\":4",
        "\"shape\":{\"height\":8",
        "images of 8x5x1 do not fit a network of 20 inputs");
    assertSign(
        "\"shape\":{\"height\":4",
        "\"shape\":{\"height\":2147483647",
        "an image must have at most 2147483647 values, but 2147483647x5x1 has more");
    assertSign("\"rows\":36", "\"rows\":-1", "rows must be at least 0, but is -1");
    assertSign("\"bestEpoch\":3", "\"bestEpoch\":4", "bestEpoch must be from 1 to 3, but is 4");
    String threshold = "\"value\":" + model.load().getThreshold();
    assertSign(
        threshold,
        "\"value\":1e999",
        "narrows.model.threshold.value must be a finite number, but is not");
    assertSign(threshold, "\"value\":\"NaN\"", "the threshold must be a finite number, but is NaN");
    assertSign(
        threshold,
        "\"value\":{}",
        "narrows.model.threshold.value must be a number, but is an object");
    byte[] bytes = Files.readAllBytes(model.weights());
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(headerLength(bytes) + 8 + 7 * Float.BYTES, Float.NaN);
    Files.write(model.weights(), bytes);
    assertDamaged(model.sign(), "a weight is NaN");
  }

  @Test
  void unknownVersions() throws IOException {
    for (String other : List.of("2", "0", "-1")) {
      SavedModel changed = fresh().with("\"formatVersion\":1", "\"formatVersion\":" + other);
      assertRefused(
          changed::load,
          "the model in "
              + changed.path()
              + " has format version "
              + other
              + ", but this Narrows reads 1");
    }
    for (String value : List.of("\"1\"", "1.0", "true")) {
      assertSign(
          "\"formatVersion\":1",
          "\"formatVersion\":" + value,
          "narrows.formatVersion must be a whole number of at most 2147483647, but is " + value);
    }
    assertSign("\"formatVersion\":1,", "", "narrows.formatVersion is missing");
  }

  @Test
  void unknownElements() throws IOException {
    String architecture = "narrows.model.architecture.";
    assertSign(
        "\"type\":\"dense\"",
        "\"type\":\"conv\"",
        architecture + "topology.type 'conv' is not known here");
    assertSign(
        "\"type\":\"dense\"",
        "\"type\":\"java.lang.ProcessBuilder\"",
        architecture + "topology.type 'java.lang.ProcessBuilder' is not known here");
    assertSign("\"type\":\"dense\",", "", architecture + "topology.type is missing");
    assertSign(
        "\"latent\":\"deterministic\"",
        "\"latent\":\"flow\"",
        architecture + "latent must be one of deterministic, gaussian, but is \"flow\"");
    assertSign(
        "\"latent\":\"deterministic\"",
        "\"latent\":0",
        architecture + "latent must be one of deterministic, gaussian, but is 0");
    assertSign(
        "\"leakyRelu\",\"out",
        "\"softmax\",\"out",
        architecture
            + "activation must be one of relu, leakyRelu, elu, tanh, sigmoid, identity, but is \"softmax\"");
    assertSign(
        "\"learnedSigma\"",
        "\"sigma\":1,\"learnedSigma\"",
        architecture + "sigma is not known here");
    assertSign("\"timestamp\":", "\"time\":0,\"timestamp\":", "time is not known here");
    assertSign(
        "\"scoreMethod\":\"reconstructionError\"",
        "\"scoreMethod\":\"elbo\"",
        "scoreMethod elbo needs a variational autoencoder: an autoencoder has no likelihood");
    assertSign(
        "\"scoreMethod\":\"reconstructionError\"",
        "\"scoreMethod\":\"mse\"",
        "narrows.model.threshold.scoreMethod must be one of reconstructionError, normalizedError, maximumError, elbo, reconstructionProbability, latentDistance, reencodingDistance, combined, but is \"mse\"");
    assertSign("{\"predictionCol\":\"flag\"}", "{\"flagCol\":\"flag\"}", "unknown param 'flagCol'");
    assertSign(
        "{\"predictionCol\":\"flag\"}",
        "{\"predictionCol\":1}",
        "predictionCol must be a text, but is 1");
    SavedModel control = fresh().with("ai.narrows.ml.AutoencoderModel", "a\\nb").sign();
    assertDamaged(control, "class must be the name of one");
    assertSign(
        "{\"predictionCol\":\"flag\"}",
        "{\"predictionCol\":{\"class\":\"org.apache.spark.ml.linalg.Vector\"}}",
        "predictionCol must be a text, but is an object");
    assertSign(
        "{\"predictionCol\":\"flag\"}",
        "{\"threshold\":\"NaN\"}",
        "threshold must be a number, but is \"NaN\"");
    assertSign(
        "AutoencoderModel\"",
        "VariationalAutoencoderModel\"",
        "the latent of its class VariationalAutoencoderModel is not the one it has");
    SavedModel other = fresh().with("ai.narrows.ml.AutoencoderModel", "java.lang.ProcessBuilder");
    assertRefused(
        other.sign()::load,
        "the model in "
            + other.path()
            + " is of class ProcessBuilder, which this Narrows does not know");
  }

  /** Thresholds without end are a user's right: nothing, or everything, is anomalous. */
  @Test
  void infiniteThresholdParams() throws IOException {
    model.with("{\"predictionCol\":\"flag\"}", "{\"threshold\":\"Inf\"}").sign();
    assertThat(model.load().getThreshold()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> model.load().setThreshold(Double.NaN))
        .hasMessage("threshold must be a number, but is NaN");
  }

  @Test
  void jsonBombs() throws IOException {
    assertBomb(
        "[".repeat(5_000_000),
        "its metadata is not JSON: Document nesting depth (65) exceeds "
            + "the maximum allowed (64, from `StreamReadConstraints.getMaxNestingDepth()`)",
        MUCH);
    assertBomb(
        "[" + "[],".repeat(5_000_000) + "1]",
        "its metadata is not JSON: it has more than 1000000 names, " + "values and brackets",
        MUCH);
    assertBomb(
        "1".repeat(5_000_000),
        "its metadata is not JSON: Number value length (5000000) "
            + "exceeds the maximum allowed (64, from `StreamReadConstraints.getMaxNumberLength()`)",
        MUCH);
    assertBomb(" ".repeat((16 << 20) + 1), "its metadata has 16777217 bytes", LITTLE);
    assertBomb("{\"a\":1,\"a\":2}", "its metadata is not JSON: Duplicate field 'a'", LITTLE);
    assertBomb("{}\n{}", "its metadata has more than one line", LITTLE);
    SavedModel zipped = fresh();
    Files.delete(zipped.metadata());
    Path file = zipped.folder().resolve("metadata/part-00000.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 512; i++) {
        out.write(zeros);
      }
    }
    assertThat(
            allocated(
                () ->
                    assertThatThrownBy(zipped::load)
                        .hasMessageStartingWith(
                            "the model in " + zipped.path() + " is damaged: its metadata ")))
        .isLessThan(LITTLE);
  }

  private void assertBomb(String metadata, String reason, long bound) throws IOException {
    SavedModel bomb = fresh();
    Files.writeString(bomb.metadata(), metadata);
    assertThat(allocated(() -> assertDamaged(bomb, reason))).isLessThan(bound);
  }

  private static long allocated(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** The rules of the file itself are held by TensorReaderTest. */
  @Test
  void weightsThatAreOthers() throws IOException {
    assertHeader(
        "[20,8]", "[8,20]", "has tensor encoder.0.weight of [8, 20], where [20, 8] belongs");
    assertHeader("encoder.0.weight", "encoder.0.weighs", "has no tensor encoder.0.weight");
    assertHeader(
        "\"F32\"", "\"F64\"", "has tensor encoder.0.weight of F64, where only F32 is read");
    assertHeader(
        "[20,8]",
        "[-0,8]",
        "has a wrong tensor: tensor encoder.0.weight must have at most 8 dimensions, each at least 1, but its shape is [0, 8]");
    ByteBuffer huge = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(model.weights(), huge.putLong(0, Long.MAX_VALUE).array());
    assertWeights("must have a header of 2 to 1048576 bytes, but it says 9223372036854775807");
    Files.write(model.weights(), huge.putLong(0, -1).array());
    assertWeights("must have a header of 2 to 1048576 bytes, but it says 18446744073709551615");
  }

  private void assertHeader(String old, String words, String reason) throws IOException {
    byte[] bytes = Files.readAllBytes(model.weights());
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(old);
    SavedModel changed = fresh();
    Files.write(
        changed.weights(),
        text.replaceFirst(Pattern.quote(old), words).getBytes(StandardCharsets.ISO_8859_1));
    assertThat(allocated(() -> assertDamaged(changed, "its file weights.safetensors " + reason)))
        .isLessThan(LITTLE);
  }

  private void assertWeights(String reason, Object... values) {
    String message = String.format(Locale.ROOT, reason, values);
    assertThat(allocated(() -> assertDamaged(model, "its file weights.safetensors " + message)))
        .isLessThan(LITTLE);
  }

  @Test
  void foldersThatHoldOtherThings() throws IOException {
    Path folder = model.folder().resolve("metadata");
    Files.copy(model.metadata(), folder.resolve("x.txt"));
    assertDamaged(model, "its folder metadata holds more than one file");
    Files.delete(folder.resolve("x.txt"));
    Path inner = Files.createDirectory(folder.resolve("inner"));
    assertDamaged(model, "its folder metadata holds more than one file");
    Files.delete(inner);
    for (int i = 0; i < 101; i++) {
      Files.createFile(folder.resolve("_" + i));
    }
    assertDamaged(model, "its folder metadata holds more than one file");
    SavedModel empty = fresh();
    Files.delete(empty.metadata());
    assertDamaged(empty, "its folder metadata holds nothing");
    Files.delete(empty.folder().resolve("metadata"));
    Files.createFile(empty.folder().resolve("metadata"));
    assertRefused(empty::load, empty.path() + " is not a Narrows model: it has no folder metadata");
    for (boolean made : new boolean[] {false, true}) {
      SavedModel none = fresh();
      Files.delete(none.weights());
      if (made) {
        Files.createDirectory(none.weights());
      }
      assertRefused(
          none::load, none.path() + " is not a Narrows model: it has no file weights.safetensors");
    }
    SavedModel device = fresh();
    Path metadata = device.metadata();
    Files.delete(metadata);
    Files.createSymbolicLink(metadata, Path.of("/dev/zero"));
    assertDamaged(device, "its folder metadata holds nothing");
  }

  /** Checksums that Hadoop keeps on local disks: they may be missing, or claim a huge buffer. */
  @Test
  void hiddenFilesDoNotMatter() throws IOException {
    for (Path file : List.of(model.metadata(), model.weights())) {
      byte[] crc = {'c', 'r', 'c', 0, 0x7f, -1, -1, -1, 0, 0, 0, 0};
      Files.write(file.resolveSibling("." + file.getFileName() + ".crc"), crc);
      Files.createFile(file.resolveSibling("_SUCCESS"));
    }
    assertThat(allocated(() -> assertThat(model.load().parameters()).isEqualTo(parameters)))
        .isLessThan(LITTLE);
  }

  /** It says the same as the metadata, which is what counts: whoever edits it harms nothing. */
  @Test
  void historyIsForPeople() throws IOException {
    for (String kept : List.of("autoencoder", "variationalAutoencoder")) {
      FittedAutoencoder<?> loaded =
          SavedModel.copyOf(kept, Files.createTempDirectory(dir, "m").resolve("model")).load();
      SavedModel saved = new SavedModel(dir.resolve(kept));
      Path lines = saved.folder().resolve("history.jsonl");
      for (int time = 0; time < 2; time++) {
        loaded.write().overwrite().save(saved.path());
        assertThat(history(lines)).isEqualTo(loaded.summary().history());
        assertThat(saved.json().at("/narrows/training/history")).isEqualTo(asInMetadata(lines));
        assertThat(lines.resolveSibling(".history.jsonl.crc")).doesNotExist();
        Files.writeString(lines, "spoilt");
        SavedModel.assertEqual(saved.load(), loaded);
      }
      Files.delete(lines);
      SavedModel.assertEqual(saved.load(), loaded);
    }
  }

  /** Lines also say what was computed on, and leave out what there is not. */
  private static JsonNode asInMetadata(Path lines) throws IOException {
    ArrayNode epochs = new ObjectMapper().createArrayNode();
    for (String line : Files.readAllLines(lines)) {
      ObjectNode epoch = (ObjectNode) new ObjectMapper().readTree(line);
      assertThat(epoch.remove("device").textValue()).isEqualTo("cpu");
      if (!epoch.has("validationLoss")) {
        epoch.put("validationLoss", "NaN");
      }
      epochs.add(epoch);
    }
    return epochs;
  }

  private static List<EpochReport> history(Path lines) throws IOException {
    List<EpochReport> history = new ArrayList<>();
    for (String line : Files.readAllLines(lines)) {
      JsonNode epoch = new ObjectMapper().readTree(line);
      assertThat(epoch.has("validationLoss")).isEqualTo(epoch.size() == 7);
      history.add(
          new EpochReport(
              epoch.get("epoch").intValue(),
              epoch.get("loss").doubleValue(),
              epoch.path("validationLoss").asDouble(Double.NaN),
              epoch.get("imagesPerSecond").doubleValue(),
              epoch.get("communicationShare").doubleValue(),
              epoch.get("seconds").doubleValue()));
    }
    return history;
  }

  @Test
  void pathsInNames() throws IOException {
    for (String uid : List.of("../../../x", "..\\\\x", "a\\u0000b", "a\\nb", "")) {
      SavedModel tricky = fresh().with("autoencoder_ec3636f16e93", uid).sign();
      assertThatThrownBy(tricky::load)
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("the model in " + tricky.path() + " is damaged: uid must ");
    }
    assertSign(
        "autoencoder_ec3636f16e93",
        "../x",
        "uid must have 1 to 200 characters, no slash, backslash or control character among them, but is '../x'");
    String up = "../../elsewhere";
    model
        .with("\"predictionCol\":\"flag\"", "\"predictionCol\":\"" + up + "\"")
        .with("\"initModel\":\"\"", "\"initModel\":\"" + up + "\"")
        .with("\"checkpointDir\":\"\"", "\"checkpointDir\":\"" + up + "\"")
        .sign();
    List<Path> before = tree();
    FittedAutoencoder<?> loaded = model.load();
    assertThat(loaded.getPredictionCol()).isEqualTo(up);
    assertThat(loaded.summary().params()).containsEntry("initModel", "\"" + up + "\"");
    assertThat(tree()).isEqualTo(before);
  }

  /** Whatever a session has Spark's files look like. */
  @Test
  void modelsAreWrittenInTheOneShapeThatIsRead() throws IOException {
    FittedAutoencoder<?> loaded = model.load();
    Map<String, String> odd =
        Map.of(
            "spark.sql.files.maxRecordsPerFile", "1",
            "mapreduce.output.fileoutputformat.compress", "true");
    odd.forEach(spark.conf()::set);
    SavedModel saved = new SavedModel(dir.resolve("odd"));
    loaded.save(saved.path());
    odd.keySet().forEach(spark.conf()::unset);
    SavedModel.assertEqual(saved.load(), loaded);
    try (Stream<Path> files = Files.list(saved.folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("weights.safetensors", "history.jsonl", "metadata");
    }
    assertThat(Files.readAllBytes(saved.weights())).isEqualTo(Files.readAllBytes(model.weights()));
  }

  @Test
  void uidsThatCouldNotBeLoadedAreNotSaved() throws IOException {
    AutoencoderModel tricky = new AutoencoderModel("../x", model.load().data());
    assertThatThrownBy(() -> tricky.save(dir.resolve("never").toString()))
        .hasMessage(
            "uid must have 1 to 200 characters, no slash, backslash or control character among them, but is '../x'");
    assertThat(dir.resolve("never")).doesNotExist();
  }

  private List<Path> tree() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      return all.sorted().toList();
    }
  }

  private void assertSign(String old, String words, String reason) throws IOException {
    SavedModel changed = fresh().with(old, words).sign();
    assertThat(allocated(() -> assertDamaged(changed, reason))).isLessThan(LITTLE);
  }

  private static void assertDamaged(SavedModel model, String reason) {
    assertRefused(model::load, "the model in " + model.path() + " is damaged: " + reason);
  }
}
