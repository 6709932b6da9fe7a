package ai.narrows.ml;

import ai.narrows.compat.SupportedSpark;
import ai.narrows.images.InputException;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.ml.persistence.ModelParams;
import ai.narrows.ml.persistence.ModelStore;
import ai.narrows.ml.persistence.Saved;
import ai.narrows.nn.layers.Architecture;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;

/** Loads models through {@link ModelStore}. */
final class ModelReader<M extends FittedAutoencoder<M>> extends MLReader<M> {
  private final Class<M> type;
  private final Architecture.Latent latent;
  private final BiFunction<String, ModelData, M> constructor;

  private ModelReader(
      Class<M> type, Architecture.Latent latent, BiFunction<String, ModelData, M> constructor) {
    SupportedSpark.check();
    this.type = type;
    this.latent = latent;
    this.constructor = constructor;
  }

  /** Reads plain autoencoders. */
  static ModelReader<AutoencoderModel> autoencoders() {
    return new ModelReader<>(
        AutoencoderModel.class, Architecture.Latent.DETERMINISTIC, AutoencoderModel::new);
  }

  /** Reads variational autoencoders. */
  static ModelReader<VariationalAutoencoderModel> variationalAutoencoders() {
    return new ModelReader<>(
        VariationalAutoencoderModel.class,
        Architecture.Latent.GAUSSIAN,
        VariationalAutoencoderModel::new);
  }

  @Override
  public M load(String path) {
    Saved saved = ModelStore.read(path, sparkSession().sessionState().newHadoopConf());
    if (!reads(saved)) {
      throw new InputException(
          "the model in "
              + path
              + " is of class "
              + simpleName(saved.className())
              + ", not "
              + type.getSimpleName());
    }
    return model(saved, path);
  }

  private boolean reads(Saved saved) {
    return saved.className().equals(type.getName());
  }

  private M model(Saved saved, String path) {
    return ModelStore.undamaged(
        path,
        () -> {
          if (saved.data().architecture().latent() != latent) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the latent of its class %s is not the one it has",
                    type.getSimpleName()));
          }
          M model = constructor.apply(saved.uid(), saved.data());
          ModelParams.set(model, saved.paramMap());
          model.scoring(); // checks that the model has what its score needs
          return model;
        });
  }

  /** Loads a model as the kind that its metadata names, of the kinds there are. */
  static FittedAutoencoder<?> loadAny(String path) {
    Saved saved = ModelStore.read(path, SparkSession.active().sessionState().newHadoopConf());
    for (ModelReader<?> reader : List.of(autoencoders(), variationalAutoencoders())) {
      if (reader.reads(saved)) {
        return reader.model(saved, path);
      }
    }
    throw new InputException(
        "the model in "
            + path
            + " is of class "
            + simpleName(saved.className())
            + ", which this Narrows does not know");
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
