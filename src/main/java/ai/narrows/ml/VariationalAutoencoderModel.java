package ai.narrows.ml;

import ai.narrows.ml.persistence.ModelData;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A fitted {@link VariationalAutoencoder}: scores by the reconstruction from the posterior mean,
 * and generates.
 */
public final class VariationalAutoencoderModel
    extends FittedAutoencoder<VariationalAutoencoderModel> {
  private static final long serialVersionUID = 1L;

  VariationalAutoencoderModel(String uid, ModelData data) {
    super(uid, data);
  }

  @Override
  VariationalAutoencoderModel self() {
    return this;
  }

  @Override
  VariationalAutoencoderModel with(ModelData other) {
    return copyValues(new VariationalAutoencoderModel(uid(), other), new ParamMap())
        .setParent(parent());
  }

  @Override
  public VariationalAutoencoderModel copy(ParamMap extra) {
    return copyValues(new VariationalAutoencoderModel(uid(), data()), extra).setParent(parent());
  }

  /**
   * Generates images: decodes latents drawn from the prior, a standard normal distribution. Lazy.
   *
   * @param n number of images, at least 1
   * @param seed of the draws; the same seed gives the same images
   * @return rows {@code id} (string, from 0) and the columns {@link #latentCol} (vector) and {@link
   *     #imageCol} (Spark's image struct)
   */
  public Dataset<Row> generate(int n, long seed) {
    return decodeLatents(Latents.prior(n, latentDim(), seed, getLatentCol()));
  }

  /** Reads a model that was saved with {@code write()}. */
  public static MLReader<VariationalAutoencoderModel> read() {
    return ModelReader.variationalAutoencoders();
  }

  /**
   * Loads a model that was saved with {@code save(path)}.
   *
   * @throws ai.narrows.images.InputException if there is none, or it is of another kind, damaged,
   *     or of a newer format
   */
  public static VariationalAutoencoderModel load(String path) {
    return read().load(path);
  }
}
