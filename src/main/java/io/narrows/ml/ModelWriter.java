package io.narrows.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Writes a model as a directory: {@code metadata/}, one JSON line, and {@code data/}, its
 * parameters in Parquet.
 */
final class ModelWriter extends MLWriter {
  private final AutoencoderModelBase<?> model;

  ModelWriter(AutoencoderModelBase<?> model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    SparkSession session = sparkSession();
    List<Row> rows = new ArrayList<>();
    byte[] bytes = ModelFormat.bytes(model.data().parameters());
    for (int offset = 0; offset < bytes.length; offset += ModelFormat.CHUNK_BYTES) {
      int end = Math.min(bytes.length, offset + ModelFormat.CHUNK_BYTES);
      rows.add(
          RowFactory.create((long) offset / Float.BYTES, Arrays.copyOfRange(bytes, offset, end)));
    }
    session
        .createDataFrame(rows, ModelFormat.DATA_SCHEMA)
        .coalesce(1)
        .write()
        .parquet(new Path(path, "data").toString());
    session
        .createDataset(List.of(ModelFormat.metadata(model)), Encoders.STRING())
        .coalesce(1)
        .write()
        .text(new Path(path, "metadata").toString());
  }
}
