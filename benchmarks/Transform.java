import io.narrows.ml.Autoencoder;
import io.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores Fashion-MNIST's 60,000 images, cached as a DataFrame, again and again with the autoencoder of reference: all default
 * columns into {@code format("noop")}.
 *
 * <p>Arguments: DATA_DIR, passes.
 */
public final class Transform {
  public static void main(String[] args) throws IOException {
    try (SparkSession spark =
        SparkSession.builder().appName("transform").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> images =
          spark
              .read()
              .format("idx")
              .load(args[0] + "/train-images-idx3-ubyte.gz")
              .repartition(spark.sparkContext().defaultParallelism())
              .cache();
      long rows = images.count();
      AutoencoderModel model = new Autoencoder().setEpochs(1).fit(images);
      List<Double> rates = new ArrayList<>();
      for (int pass = 0; pass < Integer.parseInt(args[1]); pass++) {
        long begin = System.nanoTime();
        model.transform(images).write().format("noop").mode("overwrite").save();
        rates.add(rows * 1e9 / (System.nanoTime() - begin));
      }
      new Result().with("rates", rates).print();
    }
  }
}
