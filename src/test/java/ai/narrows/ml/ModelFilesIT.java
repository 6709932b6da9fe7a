package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.nn.score.ScoreStatistics.Moments;
import ai.narrows.nn.score.ScoringNetwork;
import ai.narrows.train.EpochReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Model files that a stranger has made: each is refused with its reason, and with little memory.
 */
class ModelFilesIT extends SparkFixture {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PARAMETERS = 446;

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
          {"\"threshold\":0.1382", "\"threshold\":0.1383"},
          {"\"rows\":36", "\"rows\":37"},
          {"autoencoder_ec", "autoencoder_ed"},
          {sha256, sha256.startsWith("0") ? "1" + sha256.substring(1) : "0" + sha256.substring(1)},
        }) {
      assertDamaged(fresh().with(change[0], change[1]), "its checksum does not match");
    }
    byte[] bytes = Files.readAllBytes(model.data());
    bytes[valuesAt(bytes)] ^= 1;
    Files.write(model.data(), bytes);
    assertDamaged(model, "its checksum does not match");
  }

  /** Where the parameters begin in the kept file. */
  private int valuesAt(byte[] bytes) {
    byte[] first = Arrays.copyOf(ModelFormat.bytes(parameters), 64);
    for (int i = 0; i < bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + first.length, first, 0, first.length)) {
        return i;
      }
    }
    throw new AssertionError("no parameters in the file");
  }

  @Test
  void truncated() throws IOException {
    byte[] bytes = Files.readAllBytes(model.data());
    Files.write(model.data(), Arrays.copyOf(bytes, 1000));
    assertDamaged(model, "1000 bytes of data for 446 parameters");
    Files.write(model.data(), Arrays.copyOf(bytes, bytes.length - 1));
    assertDamaged(model, "its data file is no Parquet file");
    Files.write(model.data(), new byte[0]);
    assertDamaged(model, "its folder data holds nothing");
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
    assertSign(
        "\"latentDim\":2,\"latent\"",
        "\"latentDim\":3,\"latent\"",
        "its data file has 1784 bytes of parameters instead of 1820");
    assertSign("\"inputs\":20", "\"inputs\":500000", "9749 bytes of data for 8500106 parameters");
    assertSign(
        "\"inputs\":20",
        "\"inputs\":2147483647",
        "a network of 2147483647-8-4-2-4-8-2147483647 has more than 2147483647 parameters");
    assertSign(
        "\"hidden\":[8,4],\"latentDim\":2,\"latent\"",
        "\"hidden\":[46341,46341],\"latentDim\":2,\"latent\"",
        "a network of 20-46341-46341-2-46341-46341-20 has more than 2147483647 parameters");
    assertSign(
        "\"inputs\":20",
        "\"inputs\":2147483648",
        "inputs must be a whole number of at most 2147483647, but is 2147483648");
    assertSign("\"inputs\":20", "\"inputs\":0", "inputs must be at least 1, but is 0");
    assertSign("\"inputs\":20", "\"inputs\":-20", "inputs must be at least 1, but is -20");
    assertSign(
        "\"inputs\":20",
        "\"inputs\":\"20\"",
        "inputs must be a whole number of at most 2147483647, but is \"20\"");
    assertSign(
        "\"inputs\":20",
        "\"inputs\":20.5",
        "inputs must be a whole number of at most 2147483647, but is 20.5");
    assertSign(
        "\"hidden\":[8,4],\"latentDim\":2,\"latent\"",
        "\"hidden\":[8,\"4\"],\"latentDim\":2,\"latent\"",
        "hidden must be a whole number of at most 2147483647, but is \"4\"");
    assertSign(
        "\"hidden\":[8,4],\"latentDim\":2,\"latent\"",
        "\"hidden\":[" + "1,".repeat(1000) + "1],\"latentDim\":2,\"latent\"",
        "hidden must have at most 1000 sizes, but has 1001");
    assertSign(
        "\"imageShape\":{\"height\":4",
        "\"imageShape\":{\"height\":8",
        "images of 8x5x1 do not fit a network of 20 inputs");
    assertSign(
        "\"imageShape\":{\"height\":4",
        "\"imageShape\":{\"height\":2147483647",
        "an image must have at most 2147483647 values, but 2147483647x5x1 has more");
    assertSign("\"rows\":36", "\"rows\":-1", "rows must be a count, but is -1");
    assertSign("\"bestEpoch\":3", "\"bestEpoch\":4", "bestEpoch must be from 1 to 3, but is 4");
    for (String value : List.of("1e999", "\"NaN\"", "null", "{}")) {
      assertSign(
          "\"scoreMethod\":\"reconstructionError\",\"threshold\":0.13823550939559937",
          "\"scoreMethod\":\"reconstructionError\",\"threshold\":" + value,
          "threshold must be a finite number, but is " + shown(value));
    }
    byte[] bytes = Files.readAllBytes(model.data());
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(valuesAt(bytes) + 7 * Float.BYTES, Float.NaN);
    parameters[7] = Float.NaN;
    Files.write(model.data(), bytes);
    assertDamaged(model.sign(parameters), "a parameter is NaN");
  }

  private static String shown(String value) {
    return value.equals("1e999") ? "\"Infinity\"" : value.equals("{}") ? "an object" : value;
  }

  @Test
  void unknownVersions() throws IOException {
    SavedModel newer = fresh().with("\"formatVersion\":1", "\"formatVersion\":5");
    assertRefused(
        newer::load,
        "the model in " + newer.path() + " has format version 5, but this Narrows reads up to 4");
    assertSign(
        "\"formatVersion\":1", "\"formatVersion\":0", "formatVersion must be at least 1, but is 0");
    assertSign(
        "\"formatVersion\":1",
        "\"formatVersion\":-1",
        "formatVersion must be at least 1, but is -1");
    for (String value : List.of("\"1\"", "1.0", "null", "true")) {
      assertSign(
          "\"formatVersion\":1",
          "\"formatVersion\":" + value,
          "formatVersion must be a whole number of at most 2147483647, but is " + value);
    }
    assertSign("\"formatVersion\":1,", "", "'formatVersion' is missing");
  }

  @Test
  void unknownElements() throws IOException {
    assertSign("\"type\":\"dense\"", "\"type\":\"conv\"", "unknown architecture 'conv'");
    assertSign("\"latent\":\"deterministic\"", "\"latent\":\"flow\"", "unknown latent 'flow'");
    assertSign(
        "\"leakyRelu\",\"out",
        "\"softmax\",\"out",
        "activation must be one of relu, leakyRelu, elu, tanh, sigmoid, identity, but is 'softmax'");
    assertSign(
        "\"scoreMethod\":\"reconstructionError\"",
        "\"scoreMethod\":\"elbo\"",
        "scoreMethod elbo needs a variational autoencoder: an autoencoder has no likelihood");
    assertSign(
        "\"scoreMethod\":\"reconstructionError\"",
        "\"scoreMethod\":\"combined\"",
        "scoreMethod combined needs statistics of the training rows, which this model was saved without");
    assertSign(
        "\"scoreMethod\":\"reconstructionError\"",
        "\"scoreMethod\":\"mse\"",
        "scoreMethod must be one of reconstructionError, normalizedError, elbo, reconstructionProbability, latentDistance, reencodingDistance, combined, but is 'mse'");
    assertSign("{\"predictionCol\":\"flag\"}", "{\"flagCol\":\"flag\"}", "unknown param 'flagCol'");
    assertSign(
        "{\"predictionCol\":\"flag\"}",
        "{\"predictionCol\":1}",
        "predictionCol must be a text, but is 1");
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
        other.sign(parameters)::load,
        "the model in "
            + other.path()
            + " is of class ProcessBuilder, which this Narrows does not know");
  }

  /** Thresholds without end are a user's right: nothing, or everything, is anomalous. */
  @Test
  void infiniteThresholdParams() throws IOException {
    model.with("{\"predictionCol\":\"flag\"}", "{\"threshold\":\"Inf\"}").sign(parameters);
    assertThat(model.load().getThreshold()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> model.load().setThreshold(Double.NaN))
        .hasMessageContaining("parameter threshold given invalid value NaN");
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
        "its metadata is not JSON: Token count (1000001) "
            + "exceeds the maximum allowed (1000000, from `StreamReadConstraints.getMaxTokenCount()`)",
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

  @Test
  void parquetThatClaimsTooMuch() throws IOException {
    // FileMetaData { 2: list of 2147483647 structs }
    byte[] list = {0x29, (byte) 0xfc, -1, -1, -1, -1, 0x07, 0};
    assertFooter(list, list.length, "a header in its data file has no end");
    // FileMetaData { 2: 268435455 bytes }
    byte[] text = {0x28, -1, -1, -1, 0x7f, 0};
    assertFooter(text, text.length, "a header in its data file has no end");
    byte[] deep = new byte[100];
    Arrays.fill(deep, (byte) 0x1c);
    assertFooter(deep, deep.length, "a header in its data file is nested too deeply");
    assertFooter(list, 2147483647, "its data file has a footer of 2147483647 bytes");
    assertFooter(list, -8, "its data file has a footer of -8 bytes");
    byte[] bytes = Files.readAllBytes(model.data());
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(valuesAt(bytes) - Integer.BYTES, 2147483644);
    Files.write(model.data(), bytes);
    assertThat(allocated(() -> assertDamaged(model, "its data file has a gap in its parameters")))
        .isLessThan(LITTLE);
  }

  private void assertFooter(byte[] footer, int length, String reason) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(new byte[PARAMETERS * Float.BYTES]);
    file.writeBytes(footer);
    file.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array());
    file.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
    SavedModel bomb = fresh();
    Files.write(bomb.data(), file.toByteArray());
    assertThat(allocated(() -> assertDamaged(bomb, reason))).isLessThan(LITTLE);
  }

  /** What another program, or Spark by its defaults, makes of the same rows. */
  @Test
  void otherParquet() throws IOException {
    Dataset<Row> rows = spark.read().parquet(model.folder().resolve("data").toString());
    assertData(rows, "its data file has other columns than offset bigint, values binary");
    Dataset<Row> same = spark.createDataFrame(rows.javaRDD(), ModelFormat.DATA_SCHEMA);
    assertData(same, "its data file is compressed, or has a dictionary");
    assertData(
        same.drop("values"), "its data file has other columns than offset bigint, values binary");
  }

  private void assertData(Dataset<Row> rows, String reason) throws IOException {
    SavedModel other = fresh();
    Path written = Files.createTempDirectory(dir, "p").resolve("data");
    rows.coalesce(1).write().parquet(written.toString());
    try (Stream<Path> files = Files.list(written)) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.write(other.data(), pad(Files.readAllBytes(file)));
    }
    assertDamaged(other, reason);
  }

  /** Makes a file long enough to be looked into, by zeros before its footer. */
  private static byte[] pad(byte[] file) {
    int tail = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8) + 8;
    byte[] padded = Arrays.copyOf(file, file.length + PARAMETERS * Float.BYTES);
    Arrays.fill(padded, file.length - tail, padded.length - tail, (byte) 0);
    System.arraycopy(file, file.length - tail, padded, padded.length - tail, tail);
    return padded;
  }

  @Test
  void foldersThatHoldOtherThings() throws IOException {
    Path data = model.folder().resolve("data");
    Files.copy(model.data(), data.resolve("x.parquet"));
    assertDamaged(model, "its folder data holds more than one file");
    Files.delete(data.resolve("x.parquet"));
    Path inner = Files.createDirectory(data.resolve("inner"));
    assertDamaged(model, "its folder data holds more than one file");
    Files.delete(inner);
    for (int i = 0; i < 101; i++) {
      Files.createFile(data.resolve("_" + i));
    }
    assertDamaged(model, "its folder data holds more than one file");
    SavedModel empty = fresh();
    Files.delete(empty.data());
    assertDamaged(empty, "its folder data holds nothing");
    Files.delete(empty.folder().resolve("data"));
    Files.createFile(empty.folder().resolve("data"));
    assertRefused(empty::load, empty.path() + " is not a Narrows model: it has no folder data");
    SavedModel device = fresh();
    Path metadata = device.metadata();
    Files.delete(metadata);
    Files.createSymbolicLink(metadata, Path.of("/dev/zero"));
    assertDamaged(device, "its folder metadata holds nothing");
  }

  /** Checksums that Hadoop keeps on local disks: they may be missing, or claim a huge buffer. */
  @Test
  void hiddenFilesDoNotMatter() throws IOException {
    for (Path file : List.of(model.metadata(), model.data())) {
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
      AutoencoderModelBase<?> loaded =
          SavedModel.copyOf(kept, Files.createTempDirectory(dir, "m").resolve("model")).load();
      SavedModel saved = new SavedModel(dir.resolve(kept));
      Path lines = saved.folder().resolve("history.jsonl");
      for (int time = 0; time < 2; time++) {
        loaded.write().overwrite().save(saved.path());
        assertThat(history(lines)).isEqualTo(loaded.summary().history());
        assertThat(saved.json().at("/narrows/training/history")).isEqualTo(withoutDevice(lines));
        assertThat(lines.resolveSibling(".history.jsonl.crc")).doesNotExist();
        Files.writeString(lines, "spoilt");
        SavedModel.assertEqual(saved.load(), loaded);
      }
      Files.delete(lines);
      SavedModel.assertEqual(saved.load(), loaded);
    }
  }

  /** Each line also says what was computed on, which the metadata says once. */
  private static JsonNode withoutDevice(Path lines) throws IOException {
    ArrayNode epochs = new ObjectMapper().createArrayNode();
    for (String line : Files.readAllLines(lines)) {
      ObjectNode epoch = (ObjectNode) new ObjectMapper().readTree(line);
      assertThat(epoch.remove("device").textValue()).isEqualTo("cpu");
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
      SavedModel tricky = fresh().with("autoencoder_ec3636f16e93", uid).sign(parameters);
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
        .sign(parameters);
    List<Path> before = tree();
    AutoencoderModelBase<?> loaded = model.load();
    assertThat(loaded.getPredictionCol()).isEqualTo(up);
    assertThat(loaded.summary().params()).containsEntry("initModel", "\"" + up + "\"");
    assertThat(tree()).isEqualTo(before);
  }

  /** Those of one black image. */
  private static ScoreStatistics statistics(Architecture architecture) {
    try (ScoringNetwork scored = new ScoringNetwork(architecture, Kernels.cpu(), 1)) {
      Network network = scored.network();
      Moments moments = new Moments(architecture);
      network.setParameters(architecture.initialParameters(1));
      network.reconstructionPass(1, new double[1]);
      ErrorSmoothing plain = ErrorSmoothing.none(architecture.inputs());
      moments.add(scored, 1, plain);
      return moments.statistics(plain);
    }
  }

  /** Several rows, and whatever else a session has its files look like. */
  @Test
  void modelsAreWrittenInTheOneShapeThatIsRead() throws IOException {
    Architecture architecture =
        new Architecture(
            784,
            List.of(700),
            2,
            Architecture.Latent.DETERMINISTIC,
            Activation.RELU,
            Activation.SIGMOID);
    AutoencoderModel large =
        new AutoencoderModel(
            "large",
            new ModelData(
                architecture,
                architecture.initialParameters(1),
                new ImageShape(28, 28, 1),
                Preprocessing.NONE,
                Patches.NONE,
                new Loss.MeanSquaredError(),
                1,
                statistics(architecture),
                ScoreMethod.RECONSTRUCTION_ERROR,
                1,
                0.5,
                ModelData.CONTAMINATION,
                model.load().summary()));
    Map<String, String> odd =
        Map.of(
            "spark.sql.files.maxRecordsPerFile", "1",
            "spark.sql.parquet.compression.codec", "gzip",
            "mapreduce.output.fileoutputformat.compress", "true",
            "parquet.writer.version", "v2");
    odd.forEach(spark.conf()::set);
    SavedModel saved = new SavedModel(dir.resolve("large"));
    large.save(saved.path());
    odd.keySet().forEach(spark.conf()::unset);
    SavedModel.assertEqual(saved.load(), large);

    Path groups = dir.resolve("groups");
    spark
        .createDataFrame(
            spark.read().parquet(saved.data().toString()).javaRDD(), ModelFormat.DATA_SCHEMA)
        .coalesce(1)
        .write()
        .option("compression", "uncompressed")
        .option("parquet.enable.dictionary", false)
        .option("parquet.block.row.count.limit", 2)
        .parquet(groups.toString());
    try (Stream<Path> files = Files.list(groups)) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      InputFile input =
          HadoopInputFile.fromPath(
              new org.apache.hadoop.fs.Path(file.toUri()), new Configuration());
      try (ParquetFileReader reader = ParquetFileReader.open(input)) {
        assertThat(reader.getRowGroups()).hasSizeGreaterThan(1);
      }
      Files.copy(file, saved.data(), StandardCopyOption.REPLACE_EXISTING);
    }
    SavedModel.assertEqual(saved.load(), large);
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
    SavedModel changed = fresh().with(old, words).sign(parameters);
    assertThat(allocated(() -> assertDamaged(changed, reason))).isLessThan(LITTLE);
  }

  private static void assertDamaged(SavedModel model, String reason) {
    assertRefused(model::load, "the model in " + model.path() + " is damaged: " + reason);
  }
}
