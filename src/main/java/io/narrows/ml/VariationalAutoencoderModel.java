package io.narrows.ml;

import io.narrows.images.ImageRows;
import io.narrows.nn.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted {@link VariationalAutoencoder}: scores by the reconstruction from the posterior mean,
 * and generates.
 */
public final class VariationalAutoencoderModel
    extends AutoencoderModelBase<VariationalAutoencoderModel> {
  private static final long serialVersionUID = 1L;

  VariationalAutoencoderModel(String uid, ModelData data) {
    super(uid, data);
  }

  @Override
  VariationalAutoencoderModel self() {
    return this;
  }

  @Override
  public VariationalAutoencoderModel copy(ParamMap extra) {
    return copyValues(new VariationalAutoencoderModel(uid(), data()), extra).setParent(parent());
  }

  /**
   * Generates images: decodes latents drawn from the prior, on the caller's machine.
   *
   * @param n number of images, at least 1
   * @param seed of the draws; the same seed gives the same images
   * @return rows {@code id} (string, from 0), {@code latent} (vector), {@code image} (Spark's image
   *     struct)
   */
  public Dataset<Row> generate(int n, long seed) {
    if (n < 1) {
      throw new IllegalArgumentException("the number of images must be at least 1, but is " + n);
    }
    int k = latentDim();
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.GENERATION, 0, 0, 0);
    float[] latents = new float[Math.multiplyExact(n, k)];
    random.fillGaussian(latents, latents.length);
    float[] pixels = data().decode(latents, n);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] latent = new double[k];
      for (int j = 0; j < k; j++) {
        latent[j] = latents[i * k + j];
      }
      rows.add(
          RowFactory.create(
              Integer.toString(i),
              Vectors.dense(latent),
              ImageRows.toImage("generated:" + i, imageShape(), pixels, i * imageShape().size())));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType, false)
            .add("latent", SQLDataTypes.VectorType(), false)
            .add("image", ImageRows.schema(), false);
    return SparkSession.active().createDataFrame(rows, schema);
  }

  /** Reads a model that was saved with {@code write()}. */
  public static MLReader<VariationalAutoencoderModel> read() {
    return ModelReader.variationalAutoencoders();
  }

  /**
   * Loads a model that was saved with {@code save(path)}.
   *
   * @throws io.narrows.images.InputException if there is none, or it is of another kind, damaged,
   *     or of a newer format
   */
  public static VariationalAutoencoderModel load(String path) {
    return read().load(path);
  }
}
