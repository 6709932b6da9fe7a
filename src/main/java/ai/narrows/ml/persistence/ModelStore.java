package ai.narrows.ml.persistence;

import ai.narrows.distributed.Described;
import ai.narrows.images.InputException;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.nn.Objective;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.tensors.Tensor;
import ai.narrows.tensors.TensorFile;
import ai.narrows.tensors.TensorValues;
import ai.narrows.train.EpochReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.Params;
import org.apache.spark.package$;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Models as directories: {@code weights.safetensors} with all values, {@code history.jsonl}, the
 * training history for people and their tools, and {@code metadata/}, one line of JSON with what
 * the values mean; where it works on the features of a backbone, that is {@code backbone.onnx}.
 * What is read is checked as a whole, sizes first, before anything large is allocated; no class is
 * loaded by a name from a file.
 */
public final class ModelStore {
  private static final int SHOWN_CHARS = 200;

  private static final Map<String, String> PLAIN_TEXT =
      Map.of("compression", "none", "maxRecordsPerFile", "0");

  private ModelStore() {}

  /** All tensors of a model, in the order of its values: parameters, then statistics. */
  static List<Tensor> tensors(Architecture architecture) {
    List<Tensor> tensors = new ArrayList<>(architecture.tensors());
    ScoreStatistics.tensors(architecture).forEach(t -> tensors.add(t.in("statistics")));
    return tensors;
  }

  /**
   * Writes a model; the metadata at last, so that without them it is none.
   *
   * @param path of a directory, which is made
   * @param model its class, uid and params
   */
  public static void write(SparkSession session, String path, Params model, ModelData data) {
    Saved saved = new Saved(model.getClass().getName(), model.uid(), ModelParams.set(model), data);
    String line =
        Metadata.JSON.text(
            new Metadata(
                saved.className(),
                System.currentTimeMillis(),
                package$.MODULE$.SPARK_VERSION(),
                saved.uid(),
                saved.paramMap(),
                ModelParams.defaults(model),
                new Metadata.Narrows(
                    Metadata.VERSION, meaning(data), data.summary(), Metadata.UNSIGNED)));
    Described.run(
        session.sparkContext(),
        "saving the model",
        () -> {
          try {
            ModelFolder folder = ModelFolder.at(path, session.sessionState().newHadoopConf());
            MessageDigest digest = digest(line);
            folder.write(values(data), digest);
            folder.writeBackbone(data.backbone().file(), digest);
            folder.writeHistory(history(data.summary()));
            write(session, folder, Metadata.signed(line, Metadata.UNSIGNED, hex(digest)));
          } catch (IOException e) {
            throw new UncheckedIOException("cannot write the model to " + path, e);
          }
        });
  }

  /** As Spark ML writes the metadata of its own models. */
  private static void write(SparkSession session, ModelFolder folder, String line) {
    DataFrameWriter<String> metadata =
        session.createDataset(List.of(line), Encoders.STRING()).coalesce(1).write();
    metadata.options(PLAIN_TEXT).text(folder.metadataFolder().toString());
  }

  private static Metadata.Meaning meaning(ModelData data) {
    return new Metadata.Meaning(
        data.architecture(),
        data.input(),
        data.backbone().spec(),
        data.loss(),
        data.seed(),
        data.statistics().smoothing(),
        data.threshold());
  }

  private static List<TensorValues> values(ModelData data) {
    List<Tensor> tensors = tensors(data.architecture());
    float[] values = Arrays.copyOf(data.parameters(), Tensor.count(tensors));
    data.statistics().copyTo(values, data.parameters().length);
    return TensorValues.of(tensors, values);
  }

  /**
   * SHA-256 of the file of weights that a model is saved with.
   *
   * @return hexadecimal
   */
  public static String weightsSha256(ModelData data) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      TensorFile.write(out, values(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hex(digest);
  }

  /** A line of JSON for each epoch, with what was computed on. */
  private static String history(TrainingSummary summary) {
    StringBuilder lines = new StringBuilder();
    for (EpochReport report : summary.history()) {
      ObjectNode epoch = (ObjectNode) Metadata.JSON.tree(report);
      if (Double.isNaN(report.validationLoss())) {
        epoch.remove("validationLoss");
      }
      lines.append(epoch.put("device", summary.device())).append('\n');
    }
    return lines.toString();
  }

  /**
   * Reads whatever kind of model is there.
   *
   * @throws InputException if there is none or it cannot be trusted; the message says why
   */
  public static Saved read(String path, Configuration hadoop) {
    ModelFolder folder;
    try {
      folder = ModelFolder.in(path, hadoop);
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
    String line = undamaged(path, folder::metadata);
    JsonNode root = undamaged(path, () -> Metadata.JSON.parse(line, "its metadata"));
    JsonNode narrows = root.path("narrows");
    if (!narrows.isObject()) {
      throw new InputException(path + " is not a Narrows model: its metadata is none of Narrows'");
    }
    JsonNode version = narrows.path("formatVersion");
    if (version.isInt() && version.intValue() != Metadata.VERSION) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the model in %s has format version %s, but this Narrows reads %d",
              path,
              version,
              Metadata.VERSION));
    }
    return undamaged(path, () -> saved(folder, line, root));
  }

  private static Saved saved(ModelFolder folder, String line, JsonNode root) throws IOException {
    Metadata metadata = Metadata.JSON.bind(root, Metadata.class);
    Metadata.Meaning model = metadata.narrows().model();
    Architecture architecture = model.architecture();
    new Objective(model.loss(), 1).check(architecture);
    int count = architecture.parameters();
    String checksum = metadata.narrows().sha256();
    MessageDigest digest = digest(Metadata.signed(line, checksum, Metadata.UNSIGNED));
    float[] values = folder.weights(tensors(architecture), digest);
    byte[] backbone = model.backbone().hasFile() ? folder.backbone(digest) : new byte[0];
    if (!hex(digest).equals(checksum)) {
      throw new IllegalArgumentException("its checksum does not match");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a weight is " + value);
      }
    }
    return new Saved(
        metadata.className(),
        metadata.uid(),
        metadata.paramMap(),
        new ModelData(
            architecture,
            Arrays.copyOf(values, count),
            model.input(),
            model.loss(),
            model.seed(),
            ScoreStatistics.from(architecture, model.errorSmoothing(), values, count),
            model.threshold(),
            metadata.narrows().training(),
            new LoadedBackbone(model.backbone(), backbone)));
  }

  /** SHA-256, of a line without its checksum to begin with. */
  private static MessageDigest digest(String unsigned) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(unsigned.getBytes(StandardCharsets.UTF_8));
    return digest;
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Something that is read. */
  public interface Reading<T> {
    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is not as it must be
     */
    T read() throws IOException;
  }

  /**
   * Reads something of a model; what is wrong with it is told as damage to the model.
   *
   * @throws InputException if something is
   */
  public static <T> T undamaged(String path, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IllegalArgumentException e) {
      throw damaged(path, e.getMessage(), e);
    } catch (EOFException e) {
      throw damaged(path, "a file ends too early", e);
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  private static InputException damaged(String path, String reason, Exception cause) {
    return new InputException("the model in " + path + " is damaged: " + shown(reason), cause);
  }

  /** A message with what a stranger has written in it, in one line and not too long. */
  private static String shown(String message) {
    String line = message.replaceAll("\\p{Cntrl}", "?");
    return line.length() > SHOWN_CHARS ? line.substring(0, SHOWN_CHARS) + "..." : line;
  }

  private static UncheckedIOException cannotRead(String path, IOException cause) {
    return new UncheckedIOException("cannot read the model in " + path, cause);
  }
}
