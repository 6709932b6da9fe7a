package io.narrows.ml;

import com.fasterxml.jackson.databind.JsonNode;
import io.narrows.images.InputException;
import io.narrows.nn.Architecture;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a model as {@link ModelWriter} wrote it. Everything is checked, sizes first, before
 * anything large is allocated; no class is loaded by a name from the file.
 */
final class ModelReader<M extends AutoencoderModelBase<M>> extends MLReader<M> {
  private static final long METADATA_BYTES = 16L << 20;
  private static final long DATA_OVERHEAD_BYTES = 1L << 20;

  private final Class<M> type;
  private final BiFunction<String, ModelData, M> constructor;

  private ModelReader(Class<M> type, BiFunction<String, ModelData, M> constructor) {
    this.type = type;
    this.constructor = constructor;
  }

  /** Reads plain autoencoders. */
  static ModelReader<AutoencoderModel> autoencoders() {
    return new ModelReader<>(AutoencoderModel.class, AutoencoderModel::new);
  }

  /** Reads variational autoencoders. */
  static ModelReader<VariationalAutoencoderModel> variationalAutoencoders() {
    return new ModelReader<>(VariationalAutoencoderModel.class, VariationalAutoencoderModel::new);
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
    M model = constructor.apply(saved.uid, saved.data);
    try {
      ModelFormat.setParams(model, saved.paramMap);
    } catch (IllegalArgumentException e) {
      throw damaged(path, e);
    }
    return model;
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
    JsonNode root = metadata(session, path);
    try {
      JsonNode narrows = ModelFormat.required(root, "narrows");
      int version = ModelFormat.integer(narrows, "formatVersion");
      if (version > ModelFormat.VERSION) {
        throw new InputException(
            "the model in "
                + path
                + " has format version "
                + version
                + ", but this Narrows reads up to "
                + ModelFormat.VERSION);
      }
      JsonNode semantics = ModelFormat.required(narrows, "model");
      Architecture architecture =
          ModelFormat.architecture(ModelFormat.required(semantics, "architecture"));
      byte[] bytes = parameterBytes(session, path, architecture.parameters());
      String checksum = ModelFormat.checksum(semantics, bytes);
      if (!checksum.equals(ModelFormat.required(narrows, "sha256").asText())) {
        throw new InputException(
            "the model in " + path + " is damaged: its checksum does not match");
      }
      float[] parameters = new float[architecture.parameters()];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(parameters);
      ModelData data =
          new ModelData(
              architecture,
              parameters,
              ModelFormat.shape(ModelFormat.required(semantics, "imageShape")),
              ModelFormat.preprocessing(ModelFormat.required(semantics, "preprocessing")),
              ModelFormat.required(semantics, "scoreMethod").asText(),
              ModelFormat.required(semantics, "threshold").asDouble(),
              ModelFormat.summary(ModelFormat.required(narrows, "training")));
      return new Saved(
          ModelFormat.required(root, "class").asText(),
          ModelFormat.required(root, "uid").asText(),
          ModelFormat.required(root, "paramMap"),
          data);
    } catch (InputException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw damaged(path, e);
    }
  }

  private static InputException damaged(String path, RuntimeException cause) {
    return new InputException("the model in " + path + " is damaged: " + cause.getMessage(), cause);
  }

  private static JsonNode metadata(SparkSession session, String path) {
    Path folder = new Path(path, "metadata");
    long length = length(session, folder, path);
    if (length > METADATA_BYTES) {
      throw new InputException(
          "the model in " + path + " is damaged: its metadata has " + length + " bytes");
    }
    List<String> lines = session.read().textFile(folder.toString()).takeAsList(2);
    JsonNode root = null;
    try {
      root = lines.size() == 1 ? ModelFormat.parse(lines.get(0)) : null;
    } catch (IllegalArgumentException e) {
      // told below
    }
    if (root == null || !root.has("narrows")) {
      throw new InputException(path + " is not a Narrows model: its metadata is none of Narrows'");
    }
    return root;
  }

  /** Bytes of the files in a folder of the model. */
  private static long length(SparkSession session, Path folder, String path) {
    try {
      FileSystem files = folder.getFileSystem(session.sparkContext().hadoopConfiguration());
      long length = 0;
      for (FileStatus file : files.listStatus(folder)) {
        length += file.getLen();
      }
      return length;
    } catch (FileNotFoundException e) {
      throw new InputException(
          path + " is not a Narrows model: it has no folder " + folder.getName(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
  }

  private static byte[] parameterBytes(SparkSession session, String path, int parameters) {
    long expected = (long) parameters * Float.BYTES;
    Path folder = new Path(path, "data");
    long length = length(session, folder, path);
    if (length > 2 * expected + DATA_OVERHEAD_BYTES || expected > Integer.MAX_VALUE) {
      throw new InputException(
          "the model in "
              + path
              + " is damaged: "
              + length
              + " bytes of data for "
              + parameters
              + " parameters");
    }
    List<Row> rows =
        new ArrayList<>(
            session
                .read()
                .schema(ModelFormat.DATA_SCHEMA)
                .parquet(folder.toString())
                .collectAsList());
    rows.sort(Comparator.comparingLong(row -> row.isNullAt(0) ? -1 : row.getLong(0)));
    byte[] bytes = new byte[(int) expected];
    int at = 0;
    for (Row row : rows) {
      byte[] values = row.isNullAt(1) ? new byte[0] : row.<byte[]>getAs(1);
      if (row.isNullAt(0) || row.getLong(0) * Float.BYTES != at || values.length > expected - at) {
        throw new InputException("the model in " + path + " is damaged: its parameters have a gap");
      }
      System.arraycopy(values, 0, bytes, at, values.length);
      at += values.length;
    }
    if (at != expected) {
      throw new InputException(
          "the model in "
              + path
              + " is damaged: "
              + at
              + " bytes of parameters instead of "
              + expected);
    }
    return bytes;
  }
}
