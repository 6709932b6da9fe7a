package ai.narrows.ml;

import ai.narrows.distributed.Described;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Writes a model as a directory: {@code data/}, its parameters in Parquet, {@code history.jsonl},
 * the training history for people and their tools, and at last {@code metadata/}, one JSON line.
 */
final class ModelWriter extends MLWriter {
  /** As {@link ParameterFile} reads it, whatever the session's defaults are. */
  private static final Map<String, String> PLAIN =
      Map.of(
          "compression", "uncompressed",
          "maxRecordsPerFile", "0",
          "parquet.block.size", Integer.toString(128 << 20),
          "parquet.enable.dictionary", "false",
          "parquet.writer.version", "v1");

  private static final Map<String, String> PLAIN_TEXT =
      Map.of("compression", "none", "maxRecordsPerFile", "0");

  private final AutoencoderModelBase<?> model;

  ModelWriter(AutoencoderModelBase<?> model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    SparkSession session = sparkSession();
    ModelFormat.checkUid(model.uid());
    List<Row> rows = new ArrayList<>();
    byte[] bytes = ModelFormat.bytes(model.data());
    for (int offset = 0; offset < bytes.length; offset += ModelFormat.CHUNK_BYTES) {
      int end = Math.min(bytes.length, offset + ModelFormat.CHUNK_BYTES);
      rows.add(
          RowFactory.create((long) offset / Float.BYTES, Arrays.copyOfRange(bytes, offset, end)));
    }
    DataFrameWriter<Row> data =
        session.createDataFrame(rows, ModelFormat.DATA_SCHEMA).coalesce(1).write().options(PLAIN);
    DataFrameWriter<String> metadata =
        session
            .createDataset(List.of(ModelFormat.metadata(model)), Encoders.STRING())
            .coalesce(1)
            .write()
            .options(PLAIN_TEXT);
    Described.run(
        session.sparkContext(),
        "saving the model",
        () -> {
          data.parquet(new Path(path, "data").toString());
          writeHistory(new Path(path, "history.jsonl"));
          metadata.text(new Path(path, "metadata").toString());
        });
  }

  /** Not read back: the metadata, which the checksum covers, has the same. */
  private void writeHistory(Path file) {
    try {
      FileSystem files = file.getFileSystem(sparkSession().sessionState().newHadoopConf());
      // Without a .crc file beside it: people look here, and may well edit it.
      FileSystem plain =
          files instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files;
      try (OutputStream out = plain.create(file, false)) {
        out.write(ModelFormat.historyLines(model.summary()).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
