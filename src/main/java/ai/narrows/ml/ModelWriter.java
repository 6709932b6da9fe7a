package ai.narrows.ml;

import ai.narrows.ml.persistence.ModelStore;
import org.apache.spark.ml.util.MLWriter;

/** Writes a model as {@link ModelStore} has it. */
final class ModelWriter extends MLWriter {
  private final FittedAutoencoder<?> model;

  ModelWriter(FittedAutoencoder<?> model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    ModelStore.write(sparkSession(), path, model, model.data());
  }
}
