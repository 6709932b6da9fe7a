package ai.narrows.jobs.options;

import ai.narrows.images.HandleInvalid;
import ai.narrows.ml.FittedAutoencoder;
import picocli.CommandLine.Option;

/** Which model a job works with. */
public final class ModelOptions {
  /** Directory with the model. */
  @Option(
      names = "--model-dir",
      order = 1,
      required = true,
      paramLabel = "DIR",
      description = "What the job train has written.")
  public String directory;

  /**
   * The model, which finds images and ids where all jobs have them, and puts up with none amiss.
   */
  public FittedAutoencoder<?> load() {
    FittedAutoencoder<?> model = FittedAutoencoder.load(directory);
    model.setImageCol(InputOptions.IMAGE);
    model.setIdCol(InputOptions.ID);
    model.setHandleInvalid(HandleInvalid.ERROR.toString());
    return model;
  }
}
