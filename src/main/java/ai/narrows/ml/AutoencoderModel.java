package ai.narrows.ml;

import ai.narrows.ml.persistence.ModelData;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;

/** A fitted {@link Autoencoder}. */
public final class AutoencoderModel extends FittedAutoencoder<AutoencoderModel> {
  private static final long serialVersionUID = 1L;

  AutoencoderModel(String uid, ModelData data) {
    super(uid, data);
  }

  @Override
  AutoencoderModel self() {
    return this;
  }

  @Override
  AutoencoderModel with(ModelData other) {
    return copyValues(new AutoencoderModel(uid(), other), new ParamMap()).setParent(parent());
  }

  @Override
  public AutoencoderModel copy(ParamMap extra) {
    return copyValues(new AutoencoderModel(uid(), data()), extra).setParent(parent());
  }

  /** Reads a model that was saved with {@code write()}. */
  public static MLReader<AutoencoderModel> read() {
    return ModelReader.autoencoders();
  }

  /**
   * Loads a model that was saved with {@code save(path)}.
   *
   * @throws ai.narrows.images.InputException if there is none, or it is of another kind, damaged,
   *     or of a newer format
   */
  public static AutoencoderModel load(String path) {
    return read().load(path);
  }
}
