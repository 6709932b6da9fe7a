import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores Fashion-MNIST's 60,000 images, cached as a DataFrame, again and again with the autoencoder of reference: all default
 * columns into {@code format("noop")}; or 12,000 of them, made 64x64x3 on the way, with the convolutional
 * one.
 *
 * <p>Arguments: DATA_DIR, ae|conv, passes.
 */
public final class Transform {
  public static void main(String[] args) throws IOException {
    try (SparkSession spark =
        SparkSession.builder().appName("transform").config("spark.ui.enabled", "false").getOrCreate()) {
      boolean convolutional = args[1].equals("conv");
      Dataset<Row> images =
          spark
              .read()
              .format("idx")
              .load(args[0] + "/train-images-idx3-ubyte.gz")
              .where(convolutional ? "index < " + Training.PHOTOGRAPHS : "true")
              .repartition(spark.sparkContext().defaultParallelism())
              .cache();
      long rows = images.count();
      Autoencoder estimator = new Autoencoder().setEpochs(1);
      if (convolutional) {
        Training.photographs(estimator.setBatchSize(64));
      }
      AutoencoderModel model = estimator.fit(images);
      List<Double> rates = new ArrayList<>();
      for (int pass = 0; pass < Integer.parseInt(args[2]); pass++) {
        long begin = System.nanoTime();
        model.transform(images).write().format("noop").mode("overwrite").save();
        rates.add(rows * 1e9 / (System.nanoTime() - begin));
      }
      new Result().with("rates", rates).print();
    }
  }
}
