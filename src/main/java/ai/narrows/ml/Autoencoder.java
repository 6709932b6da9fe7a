package ai.narrows.ml;

import ai.narrows.ml.persistence.ModelData;
import ai.narrows.nn.layers.Architecture;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * A dense autoencoder, by default the reference 784-128-64-12-3 and back with ReLU, a sigmoid
 * output and mean squared error. Fitting gives an {@link AutoencoderModel} that scores images by
 * how badly it rebuilds them.
 *
 * <pre>{@code
 * Dataset<Row> images = spark.read().format("imagefolder").load("photos");
 * Autoencoder autoencoder =
 *     new Autoencoder()
 *         .setHeight(32).setWidth(32).setChannels(3)
 *         .setHidden(256, 64)
 *         .setLatentDim(16)
 *         .setEpochs(20);
 * AutoencoderModel model = autoencoder.fit(images);
 * model.transform(images).select("id", "anomalyScore", "prediction").show();
 * model.write().overwrite().save("model");
 * }</pre>
 */
public final class Autoencoder extends AutoencoderEstimator<Autoencoder, AutoencoderModel> {
  private static final long serialVersionUID = 1L;

  /** With a random uid. */
  public Autoencoder() {
    this(Identifiable$.MODULE$.randomUID("autoencoder"));
  }

  /** With this uid. */
  public Autoencoder(String uid) {
    super(uid);
    paramSet(); // with its defaults
  }

  @Override
  Autoencoder self() {
    return this;
  }

  @Override
  Architecture.Latent latent() {
    return Architecture.Latent.DETERMINISTIC;
  }

  @Override
  AutoencoderModel newModel(ModelData data) {
    return new AutoencoderModel(uid(), data);
  }

  @Override
  public Autoencoder copy(ParamMap extra) {
    return varied(this.<Autoencoder>defaultCopy(extra).setListener(listener()), extra);
  }

  /** Reads an estimator that was saved with {@code write()}. */
  public static MLReader<Autoencoder> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads an estimator that was saved with {@code save(path)}. */
  public static Autoencoder load(String path) {
    return read().load(path);
  }
}
