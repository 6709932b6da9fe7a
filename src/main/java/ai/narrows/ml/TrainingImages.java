package ai.narrows.ml;

import ai.narrows.distributed.Described;
import ai.narrows.distributed.Shards;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.ml.params.EstimatorParams;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a fit reads: the image column and, where there is one, the id; nothing else.
 *
 * @param rows with these columns
 * @param column how pixels are read from them
 * @param idCol name of the id column
 * @param invalid what becomes of images that cannot be read
 * @param preprocessing what images are resized and converted to
 */
record TrainingImages(
    Dataset<Row> rows,
    PixelColumn column,
    String idCol,
    HandleInvalid invalid,
    Preprocessing preprocessing) {

  /**
   * Of a DataFrame.
   *
   * @param backbone that features are extracted with, if any
   */
  static TrainingImages of(Dataset<?> dataset, EstimatorParams<?> params, LoadedBackbone backbone) {
    ColumnNames names = ColumnNames.of(dataset);
    String idCol = params.getIdCol();
    Column image = names.column(params.getImageCol()).as(params.getImageCol());
    Dataset<Row> rows =
        names.path(idCol).isPresent()
            ? dataset.select(image, names.column(idCol).as(idCol))
            : dataset.select(image);
    Preprocessing preprocessing =
        backbone.any() ? backbone.preprocessing() : params.preprocessing();
    PixelColumn column = params.pixelColumn(rows.schema(), preprocessing, params.patches());
    if (backbone.any()) {
      column = column.through(backbone.features(dataset.sparkSession().sparkContext()));
    }
    return new TrainingImages(rows, column, idCol, params.invalidImages(), preprocessing);
  }

  /**
   * Shape of the first image that can be read, as the network sees it.
   *
   * @throws InputException if there is none
   */
  ImageShape firstShape() {
    FilterFunction<Row> valid = column::isValid;
    Dataset<Row> readable = invalid == HandleInvalid.ERROR ? rows : rows.filter(valid);
    SparkContext context = rows.sparkSession().sparkContext();
    List<Row> first =
        Described.get(context, "looking at the first image", () -> readable.takeAsList(1));
    if (first.isEmpty()) {
      boolean none = Described.get(context, "looking for any image", rows::isEmpty);
      throw new InputException(
          none
              ? "there are no images to train on"
              : "there are no images to train on: no row has one that can be read" + firstReason());
    }
    return Columns.named(first.get(0), idCol, column::inputShapeOf);
  }

  /** Why the first image cannot be read. */
  private String firstReason() {
    try {
      Columns.named(rows.first(), idCol, column::inputShapeOf);
      return "";
    } catch (InputException e) {
      return "; " + e.getMessage();
    }
  }

  /** Deals them to workers. */
  Shards deal(
      ImageShape shape, int workers, double validationFraction, double calibrationFraction) {
    return Shards.deal(
        rows,
        column,
        idCol,
        shape,
        new Shards.Options(workers, validationFraction, calibrationFraction, invalid));
  }
}
