package ai.narrows.report;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.RowIds;
import ai.narrows.images.pixels.PatchedImage;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.ml.FittedAutoencoder;
import java.util.Arrays;
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
 * @param shape of the three, of which the errors have one channel
 * @param image [height, width, channels], uint8
 * @param reconstruction [height, width, channels], uint8; null where a model rebuilds features
 * @param errors [height, width], uint8: 255 times the error
 * @param outlines of the regions above the model's pixel threshold: x and y of each corner, in
 *     pixels of the three
 */
@SuppressWarnings("ArrayRecordComponent") // three pictures, nothing that is compared
public record Rebuilt(
    String id,
    double score,
    ImageShape shape,
    byte[] image,
    byte[] reconstruction,
    byte[] errors,
    List<double[]> outlines) {

  /** One without regions. */
  public Rebuilt(
      String id,
      double score,
      ImageShape shape,
      byte[] image,
      byte[] reconstruction,
      byte[] errors) {
    this(id, score, shape, image, reconstruction, errors, List.of());
  }

  /** Names of the columns of {@link #named}. */
  static final String ID = "id";

  /** The other. */
  static final String IMAGE = "image";

  private static final String SCORE = "score";
  private static final String RECONSTRUCTION = "reconstruction";
  private static final String ERRORS = "errors";
  private static final String REGIONS = "regions";

  /**
   * Those of some images that score highest; runs a job.
   *
   * @param images with the columns that the model takes its images and ids from
   * @param most how many to return, highest score first and of equal ones the least id
   * @param longest where a side is longer, in pixels, the picture is made smaller by a whole
   *     factor: all of them are on the driver at once
   */
  public static List<Rebuilt> highest(
      Dataset<Row> images, FittedAutoencoder<?> model, int most, int longest) {
    FittedAutoencoder<?> rebuilder = (FittedAutoencoder<?>) model.copy(new ParamMap());
    rebuilder.setReconstructionErrorCol("");
    rebuilder.setPredictionCol("");
    rebuilder.setLatentCol("");
    rebuilder.setLatentVarianceCol("");
    rebuilder.setAnomalyScoreCol(SCORE);
    boolean pixelsRebuilt = !model.backbone().any();
    rebuilder.setReconstructionCol(pixelsRebuilt ? RECONSTRUCTION : "");
    rebuilder.setErrorMapCol(ERRORS);
    rebuilder.setMaskCol("");
    rebuilder.setRegionsCol(outlines(model) ? REGIONS : "");
    rebuilder.setIdCol(ID);
    rebuilder.setImageCol(IMAGE);
    Dataset<Row> rebuilt = rebuilder.transform(named(images, model));
    PixelColumn pixels =
        PixelColumn.of(
                rebuilt.schema(),
                IMAGE,
                model.preprocessing(),
                InputEncoding.of(model.getInputEncoding()),
                model.inputRange())
            .cut(pixelsRebuilt ? model.patches() : Patches.NONE);
    Dataset<Row> bytes =
        rebuilt
            .where(functions.col(SCORE).isNotNull())
            .orderBy(functions.desc(SCORE), functions.col(ID))
            .limit(most)
            .map(
                new Bytes(
                    pixels,
                    pixelsRebuilt ? model.imageShape() : model.backbone().input(),
                    pixelsRebuilt,
                    longest),
                Encoders.row(Bytes.SCHEMA));
    return Described.get(
            images.sparkSession().sparkContext(), "rebuilding images", bytes::collectAsList)
        .stream()
        .map(
            row ->
                new Rebuilt(
                    row.getAs(0),
                    row.getDouble(1),
                    new ImageShape(row.getInt(2), row.getInt(3), row.getInt(4)),
                    row.getAs(5),
                    row.getAs(6),
                    row.getAs(7),
                    row.isNullAt(8)
                        ? List.of()
                        : row.<Row>getList(8).stream().map(Rebuilt::outline).toList()))
        .toList();
  }

  /** Whether a model has a pixel threshold, so that there are regions. */
  static boolean outlines(FittedAutoencoder<?> model) {
    return model.isDefined(model.pixelThreshold());
  }

  private static double[] outline(Row corners) {
    return corners.<Double>getList(0).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The ids of images, as text, and the images: whatever the model's columns are called. */
  static Dataset<Row> named(Dataset<Row> images, FittedAutoencoder<?> model) {
    return images.select(
        RowIds.text(images, model.getIdCol()).as(ID),
        ColumnNames.of(images).column(model.getImageCol()).as(IMAGE));
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
  private record Bytes(PixelColumn column, ImageShape input, boolean pixels, int longest)
      implements MapFunction<Row, Row> {
    static final StructType SCHEMA =
        new StructType()
            .add(ID, DataTypes.StringType)
            .add(SCORE, DataTypes.DoubleType)
            .add("height", DataTypes.IntegerType)
            .add("width", DataTypes.IntegerType)
            .add("channels", DataTypes.IntegerType)
            .add(IMAGE, DataTypes.BinaryType)
            .add(RECONSTRUCTION, DataTypes.BinaryType)
            .add(ERRORS, DataTypes.BinaryType)
            .add(
                REGIONS,
                DataTypes.createArrayType(
                    new StructType()
                        .add("outline", DataTypes.createArrayType(DataTypes.DoubleType))));

    @Override
    public Row call(Row row) {
      PatchedImage image = column.read(row, input);
      ImageShape shape = image.grid().image();
      Shrinking smaller = Shrinking.to(longest, shape);
      return RowFactory.create(
          row.getAs(ID),
          row.getAs(SCORE),
          smaller.out().height(),
          smaller.out().width(),
          smaller.out().channels(),
          smaller.mean(
              column.bytes()
                  ? Arrays.copyOf(image.bytes(), shape.size())
                  : bytes(ImageRows.toImage(null, shape, image.floats(), 0))),
          pixels ? smaller.mean(bytes(row.getAs(RECONSTRUCTION))) : null,
          smaller.highest(bytes(row.getAs(ERRORS))),
          Arrays.asList(row.schema().fieldNames()).contains(REGIONS)
              ? outlines(row, image, smaller.factor())
              : null);
    }

    /** Corners in pixels of the smaller picture, out of those in pixels of the image's own. */
    private static Row[] outlines(Row row, PatchedImage image, int factor) {
      ImageShape shape = image.grid().image();
      double across = (double) shape.width() / image.own().width() / factor;
      double down = (double) shape.height() / image.own().height() / factor;
      return row.<Row>getList(row.fieldIndex(REGIONS)).stream()
          .map(
              region -> {
                List<Integer> corners = region.getList(region.fieldIndex("outline"));
                Double[] scaled = new Double[corners.size()];
                for (int i = 0; i < scaled.length; i++) {
                  scaled[i] = corners.get(i) * (i % 2 == 0 ? across : down);
                }
                return RowFactory.create((Object) scaled);
              })
          .toArray(Row[]::new);
    }

    private static byte[] bytes(Row image) {
      return image.getAs(ImageRows.schema().fieldIndex("data"));
    }
  }
}
