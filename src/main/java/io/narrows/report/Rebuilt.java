package io.narrows.report;

import io.narrows.distributed.Described;
import io.narrows.images.ImageRows;
import io.narrows.images.ImageShape;
import io.narrows.images.InputEncoding;
import io.narrows.images.PixelColumn;
import io.narrows.ml.AutoencoderModelBase;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * An image as a model sees it, as it rebuilds it, and where the two differ.
 *
 * @param id of its row, or null
 * @param score by the model's score method
 * @param image [height, width, channels], uint8
 * @param reconstruction [height, width, channels], uint8
 * @param errors [height, width], uint8: 255 times the error
 */
@SuppressWarnings("ArrayRecordComponent") // three pictures, nothing that is compared
public record Rebuilt(String id, double score, byte[] image, byte[] reconstruction, byte[] errors) {
  private static final String SCORE = "score";
  private static final String RECONSTRUCTION = "reconstruction";
  private static final String ERRORS = "errors";

  /**
   * Those of some images that score highest; runs a job.
   *
   * @param images with the columns that the model takes its images and ids from
   * @param most how many to return, highest score first and of equal ones the least id
   */
  public static List<Rebuilt> highest(
      Dataset<Row> images, AutoencoderModelBase<?> model, int most) {
    AutoencoderModelBase<?> rebuilder = (AutoencoderModelBase<?>) model.copy(new ParamMap());
    rebuilder.setReconstructionErrorCol("");
    rebuilder.setPredictionCol("");
    rebuilder.setLatentCol("");
    rebuilder.setLatentVarianceCol("");
    rebuilder.setAnomalyScoreCol(SCORE);
    rebuilder.setReconstructionCol(RECONSTRUCTION);
    rebuilder.setErrorMapCol(ERRORS);
    String id = model.getIdCol();
    Dataset<Row> rebuilt = rebuilder.transform(images.select(id, model.getImageCol()));
    PixelColumn pixels =
        PixelColumn.of(
            rebuilt.schema(),
            model.getImageCol(),
            model.preprocessing(),
            InputEncoding.of(model.getInputEncoding()));
    Dataset<Row> bytes =
        rebuilt
            .where(functions.col(SCORE).isNotNull())
            .orderBy(functions.desc(SCORE), functions.col(id))
            .limit(most)
            .map(new Bytes(pixels, model.imageShape(), id), Encoders.row(Bytes.SCHEMA));
    return Described.get(
            images.sparkSession().sparkContext(), "rebuilding images", bytes::collectAsList)
        .stream()
        .map(
            row ->
                new Rebuilt(
                    row.getAs(0), row.getDouble(1), row.getAs(2), row.getAs(3), row.getAs(4)))
        .toList();
  }

  /** The scale on which all of them can be compared. */
  public static HeatScale scale(Iterable<Rebuilt> images) {
    int highest = 0;
    for (Rebuilt image : images) {
      for (byte error : image.errors) {
        highest = Math.max(highest, error & 0xff);
      }
    }
    return HeatScale.of(highest / 255.0);
  }

  /** A row with its image as the model sees it, and all three pictures as their bytes. */
  private record Bytes(PixelColumn column, ImageShape shape, String idCol)
      implements MapFunction<Row, Row> {
    static final StructType SCHEMA =
        new StructType()
            .add("id", DataTypes.StringType)
            .add(SCORE, DataTypes.DoubleType)
            .add("image", DataTypes.BinaryType)
            .add(RECONSTRUCTION, DataTypes.BinaryType)
            .add(ERRORS, DataTypes.BinaryType);

    @Override
    public Row call(Row row) {
      float[] pixels = new float[shape.size()];
      column.readFloats(row, shape, pixels, 0);
      return RowFactory.create(
          row.getAs(idCol),
          row.getAs(SCORE),
          bytes(ImageRows.toImage(null, shape, pixels, 0)),
          bytes(row.getAs(RECONSTRUCTION)),
          bytes(row.getAs(ERRORS)));
    }

    private static byte[] bytes(Row image) {
      return image.getAs(ImageRows.schema().fieldIndex("data"));
    }
  }
}
