package ai.narrows.ml;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.ScoreStatistics;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a model as {@link ModelWriter} wrote it. Everything is checked, sizes first, before
 * anything large is allocated; no class is loaded by a name from the file.
 */
final class ModelReader<M extends AutoencoderModelBase<M>> extends MLReader<M> {
  private final Class<M> type;
  private final Architecture.Latent latent;
  private final BiFunction<String, ModelData, M> constructor;

  private ModelReader(
      Class<M> type, Architecture.Latent latent, BiFunction<String, ModelData, M> constructor) {
    this.type = type;
    this.latent = latent;
    this.constructor = constructor;
  }

  /** Reads plain autoencoders. */
  static ModelReader<AutoencoderModel> autoencoders() {
    return new ModelReader<>(
        AutoencoderModel.class, Architecture.Latent.DETERMINISTIC, AutoencoderModel::new);
  }

  /** Reads variational autoencoders. */
  static ModelReader<VariationalAutoencoderModel> variationalAutoencoders() {
    return new ModelReader<>(
        VariationalAutoencoderModel.class,
        Architecture.Latent.GAUSSIAN,
        VariationalAutoencoderModel::new);
  }

  /** A model read back but not yet an object of its class. */
  record Saved(String className, String uid, JsonNode paramMap, ModelData data) {}

  @Override
  public M load(String path) {
    Saved saved = read(sparkSession(), path);
    if (!reads(saved)) {
      throw new InputException(
          "the model in "
              + path
              + " is of class "
              + simpleName(saved.className)
              + ", not "
              + type.getSimpleName());
    }
    return model(saved, path);
  }

  private boolean reads(Saved saved) {
    return saved.className.equals(type.getName());
  }

  private M model(Saved saved, String path) {
    return undamaged(
        path,
        () -> {
          if (saved.data.architecture().latent() != latent) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the latent of its class %s is not the one it has",
                    type.getSimpleName()));
          }
          M model = constructor.apply(saved.uid, saved.data);
          ModelFormat.setParams(model, saved.paramMap);
          model.scoring(); // checks that the model has what its score needs
          return model;
        });
  }

  /** Loads a model as the kind that its metadata names, of the kinds there are. */
  static AutoencoderModelBase<?> loadAny(String path) {
    Saved saved = read(SparkSession.active(), path);
    for (ModelReader<?> reader : List.of(autoencoders(), variationalAutoencoders())) {
      if (reader.reads(saved)) {
        return reader.model(saved, path);
      }
    }
    throw new InputException(
        "the model in "
            + path
            + " is of class "
            + simpleName(saved.className)
            + ", which this Narrows does not know");
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  /**
   * Reads whatever kind of model is there.
   *
   * @throws InputException if there is none or it cannot be trusted; the message says why
   */
  static Saved read(SparkSession session, String path) {
    ModelFiles files = files(session, path);
    String metadata = undamaged(path, files::metadata);
    JsonNode root = undamaged(path, () -> StrictJson.parse(metadata));
    if (!root.path("narrows").isObject()) {
      throw new InputException(path + " is not a Narrows model: its metadata is none of Narrows'");
    }
    int version = undamaged(path, () -> StrictJson.integer(root.get("narrows"), "formatVersion"));
    if (version > ModelFormat.VERSION) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the model in %s has format version %d, but this Narrows reads up to %d",
              path,
              version,
              ModelFormat.VERSION));
    }
    return undamaged(path, () -> saved(files, metadata, root, version));
  }

  private static ModelFiles files(SparkSession session, String path) {
    try {
      return ModelFiles.in(path, session.sessionState().newHadoopConf());
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  private static Saved saved(ModelFiles files, String metadata, JsonNode root, int version)
      throws IOException {
    if (version < 1) {
      throw new IllegalArgumentException("formatVersion must be at least 1, but is " + version);
    }
    JsonNode narrows = root.get("narrows");
    JsonNode semantics = StrictJson.object(narrows, "model");
    Architecture architecture =
        ModelFormat.architecture(StrictJson.object(semantics, "architecture"));
    ImageShape shape = ModelFormat.shape(StrictJson.object(semantics, "imageShape"));
    Preprocessing preprocessing =
        ModelFormat.preprocessing(StrictJson.object(semantics, "preprocessing"));
    ScoreMethod scoreMethod = ScoreMethod.of(StrictJson.text(semantics, "scoreMethod"));
    double threshold = StrictJson.number(semantics, "threshold");
    TrainingSummary summary = ModelFormat.summary(StrictJson.object(narrows, "training"));
    String checksum = StrictJson.text(narrows, "sha256");
    byte[] bytes = files.parameters(ModelFormat.values(architecture, version));
    if (!ModelFormat.checksum(metadata, checksum, bytes).equals(checksum)) {
      throw new IllegalArgumentException("its checksum does not match");
    }
    boolean old = version == 1;
    float[] values = floats(bytes);
    float[] parameters = Arrays.copyOf(values, architecture.parameters());
    Loss loss =
        old ? ModelFormat.loss(summary) : ModelFormat.loss(StrictJson.object(semantics, "loss"));
    new Objective(loss, 1).check(architecture);
    return new Saved(
        StrictJson.text(root, "class"),
        ModelFormat.checkUid(StrictJson.text(root, "uid")),
        StrictJson.object(root, "paramMap"),
        new ModelData(
            architecture,
            parameters,
            shape,
            preprocessing,
            ModelFormat.patches(semantics),
            loss,
            old ? 0 : StrictJson.whole(semantics, "seed"),
            old
                ? null
                : ScoreStatistics.from(
                    architecture,
                    ModelFormat.errorSmoothing(semantics, shape),
                    ModelFormat.hasShifts(version),
                    values,
                    parameters.length),
            scoreMethod,
            ModelFormat.patchQuantile(semantics),
            threshold,
            old ? ModelData.CONTAMINATION : StrictJson.text(semantics, "thresholdMethod"),
            summary));
  }

  private static float[] floats(byte[] bytes) {
    float[] parameters = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(parameters);
    for (float value : parameters) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a parameter is " + value);
      }
    }
    return parameters;
  }

  private interface Reading<T> {
    /**
     * Reads something.
     *
     * @throws IllegalArgumentException if it is not as it must be
     */
    T read() throws IOException;
  }

  /** Reads something of a model; what is wrong with it is told as damage to the model. */
  private static <T> T undamaged(String path, Reading<T> reading) {
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
    return new InputException(
        "the model in " + path + " is damaged: " + StrictJson.shown(reason), cause);
  }

  private static UncheckedIOException cannotRead(String path, IOException cause) {
    return new UncheckedIOException("cannot read the model in " + path, cause);
  }
}
