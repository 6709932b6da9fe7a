package ai.narrows.ml;

import ai.narrows.ml.persistence.ModelData;
import ai.narrows.nn.layers.Architecture;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * A variational autoencoder (Kingma and Welling 2014), by default the reference 784-400-20 and back
 * with ReLU, a sigmoid output and the Bernoulli likelihood. Fitting gives a {@link
 * VariationalAutoencoderModel} that also generates images.
 *
 * <pre>{@code
 * Dataset<Row> images = spark.read().format("imagefolder").load("photos");
 * VariationalAutoencoder vae =
 *     new VariationalAutoencoder()
 *         .setHeight(28).setWidth(28).setChannels(1)
 *         .setHidden(256)
 *         .setLatentDim(8)
 *         .setEpochs(20);
 * VariationalAutoencoderModel model = vae.fit(images);
 * model.transform(images).select("id", "latent", "anomalyScore").show();
 * model.generate(64, 1).write().parquet("generated");
 * }</pre>
 */
public final class VariationalAutoencoder
    extends AutoencoderEstimator<VariationalAutoencoder, VariationalAutoencoderModel> {
  private static final long serialVersionUID = 1L;

  /** With a random uid. */
  public VariationalAutoencoder() {
    this(Identifiable$.MODULE$.randomUID("vae"));
  }

  /** With this uid. */
  public VariationalAutoencoder(String uid) {
    super(uid);
    paramSet(); // with its defaults
  }

  @Override
  VariationalAutoencoder self() {
    return this;
  }

  @Override
  Architecture.Latent latent() {
    return Architecture.Latent.GAUSSIAN;
  }

  @Override
  VariationalAutoencoderModel newModel(ModelData data) {
    return new VariationalAutoencoderModel(uid(), data);
  }

  @Override
  public VariationalAutoencoder copy(ParamMap extra) {
    return varied(this.<VariationalAutoencoder>defaultCopy(extra).setListener(listener()), extra);
  }

  /** Reads an estimator that was saved with {@code write()}. */
  public static MLReader<VariationalAutoencoder> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads an estimator that was saved with {@code save(path)}. */
  public static VariationalAutoencoder load(String path) {
    return read().load(path);
  }
}
