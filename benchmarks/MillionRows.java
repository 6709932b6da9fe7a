import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A Parquet table of many images: the sample's, again and again under new ids, each copy shifted by one more pixel.
 *
 * <p>Arguments: IDX_FILE, OUTPUT_DIR, rows.
 */
public final class MillionRows {
  public static void main(String[] args) throws IOException {
    long rows = Long.parseLong(args[2]);
    try (SparkSession spark =
        SparkSession.builder().appName("rows").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> sample = spark.read().format("idx").load(args[0]);
      long images = sample.count();
      sample
          .repartition(8)
          .crossJoin(functions.broadcast(spark.range((rows + images - 1) / images).toDF("copy")))
          .where("copy * %d + index < %d".formatted(images, rows))
          .withColumn("id", functions.concat_ws("/", functions.col("copy"), functions.col("id")))
          .withColumn(
              "image",
              functions
                  .col("image")
                  .withField(
                      "data",
                      functions.expr("concat(substring(image.data, copy + 1), substring(image.data, 1, copy))")))
          .drop("index", "copy")
          .write()
          .parquet(args[1]);
    }
  }
}
