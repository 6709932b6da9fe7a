package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.PCAModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The best that a linear autoencoder can do is PCA (Baldi and Hornik 1989). */
class PcaIT extends SparkFixture {
  private static final int K = 8;
  private static final double TOLERANCE = 1.02;

  @Test
  void linearAutoencoderReachesPca() {
    Dataset<Row> images =
        spark
            .read()
            .format("idx")
            .load("data/fashion-mnist/t10k-images-idx3-ubyte.gz")
            .where("index < 4000");
    Dataset<Row> vectors =
        images
            .select("image.data")
            .map(
                (MapFunction<Row, Row>) row -> RowFactory.create(vector(row.getAs(0))),
                Encoders.row(new StructType().add("image", SQLDataTypes.VectorType())))
            .cache();
    double pca = pcaError(vectors);
    AutoencoderModel linear =
        new Autoencoder()
            .setHidden()
            .setLatentDim(K)
            .setActivation("identity")
            .setOutputActivation("identity")
            .setStepSize(5e-3)
            .setStepSizeSchedule("cosine")
            .setEpochs(200)
            .setBatchSize(64)
            .setNumWorkers(1)
            .fit(vectors);
    double error =
        linear.transform(vectors).agg(functions.avg("reconstructionError")).first().getDouble(0);
    assertThat(error).isBetween(0.9999 * pca, TOLERANCE * pca);
  }

  /** The 28 x 28 image at half its height and width, so that the test is quick. */
  private static Vector vector(byte[] pixels) {
    double[] values = new double[14 * 14];
    for (int i = 0; i < pixels.length; i++) {
      values[i / 56 * 14 + i % 28 / 2] += (pixels[i] & 255) / 255.0 / 4;
    }
    return Vectors.dense(values);
  }

  /**
   * Mean over rows and pixels of {@code |(I - VV')(x - mean)|^2}; Spark's own transform does not
   * subtract the mean.
   */
  private static double pcaError(Dataset<Row> vectors) {
    PCAModel model = new PCA().setInputCol("image").setOutputCol("pc").setK(K).fit(vectors);
    DenseMatrix v = model.pc();
    List<Row> rows = vectors.collectAsList();
    int d = v.numRows();
    double[] mean = new double[d];
    for (Row row : rows) {
      Vector x = row.getAs(0);
      for (int i = 0; i < d; i++) {
        mean[i] += x.apply(i) / rows.size();
      }
    }
    double sum = 0;
    for (Row row : rows) {
      Vector x = row.getAs(0);
      double[] centred = new double[d];
      for (int i = 0; i < d; i++) {
        centred[i] = x.apply(i) - mean[i];
        sum += centred[i] * centred[i];
      }
      for (int j = 0; j < K; j++) {
        double dot = 0;
        for (int i = 0; i < d; i++) {
          dot += v.apply(i, j) * centred[i];
        }
        sum -= dot * dot;
      }
    }
    return sum / rows.size() / d;
  }
}
