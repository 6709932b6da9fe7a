import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.io.IOException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A Parquet table of many colour images of 256x256 pixels: the sample's enlarged, each copy in another tint.
 *
 * <p>Arguments: IDX_FILE, OUTPUT_DIR, rows.
 */
public final class Photographs {
  private static final ImageShape SHAPE = new ImageShape(256, 256, 3);
  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.StringType).add("image", ImageRows.schema());

  public static void main(String[] args) throws IOException {
    long rows = Long.parseLong(args[2]);
    try (SparkSession spark =
        SparkSession.builder().appName("photographs").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> sample = spark.read().format("idx").load(args[0]);
      long images = sample.count();
      sample
          .repartition(16)
          .crossJoin(functions.broadcast(spark.range((rows + images - 1) / images).toDF("copy")))
          .where("copy * %d + index < %d".formatted(images, rows))
          .select("id", "image", "copy")
          .map((MapFunction<Row, Row>) Photographs::enlarged, Encoders.row(SCHEMA))
          .write()
          .parquet(args[1]);
    }
  }

  private static Row enlarged(Row row) {
    Row image = row.getStruct(1);
    byte[] grey = image.getAs("data");
    int width = image.<Integer>getAs("width");
    int height = image.<Integer>getAs("height");
    int tint = (int) row.getLong(2) + 1;
    byte[] data = new byte[SHAPE.size()];
    int at = 0;
    for (int y = 0; y < SHAPE.height(); y++) {
      for (int x = 0; x < SHAPE.width(); x++) {
        int value = grey[y * height / SHAPE.height() * width + x * width / SHAPE.width()] & 255;
        for (int c = 0; c < SHAPE.channels(); c++) {
          data[at++] = (byte) (value / (1 + tint * c % 3));
        }
      }
    }
    return RowFactory.create(row.getLong(2) + "/" + row.getString(0), RowFactory.create("", SHAPE.height(), SHAPE.width(), SHAPE.channels(), 16, data));
  }
}
