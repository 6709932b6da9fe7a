package ai.narrows.jobs.output;

import ai.narrows.jobs.console.Failure;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The end of a training: its model is written, somewhere else if it cannot be written where it
 * belongs, since it may be the work of days.
 *
 * @param model to save
 * @param checkpoint directory from which the model could be made again, empty for none
 * @param hadoop configuration of the file systems
 */
public record Saving(FittedAutoencoder<?> model, String checkpoint, Configuration hadoop) {

  /**
   * Writes it and moves it into place.
   *
   * @throws TrainingException if that fails; the message says where the model is instead
   */
  public void to(Output out) {
    try {
      model.write().save(out.pending());
      out.commit();
    } catch (Exception e) { // whatever it is: the model is still here
      throw elsewhere(out, e);
    }
  }

  private TrainingException elsewhere(Output out, Exception failure) {
    StringBuilder message =
        new StringBuilder(
            "cannot write the model to %s: %s".formatted(out.place(), innermost(failure)));
    TrainingException told;
    try {
      String place = spare();
      model.write().save(place);
      FittedAutoencoder.load(place); // executors may have written it on their own machines
      told = new TrainingException(message + "; it is saved in " + place + " instead", failure);
    } catch (Exception e) {
      message.append("; nor can it be written elsewhere: ").append(innermost(e));
      if (!checkpoint.isEmpty()) {
        message.append(
            "; the same command with --resume and another --output writes it from %s without training again"
                .formatted(checkpoint));
      }
      told = new TrainingException(message.toString(), failure);
      told.addSuppressed(e);
    }
    return told;
  }

  /** A new place that all executors can reach, if there is such a file system. */
  private String spare() throws IOException {
    FileSystem common = FileSystem.get(hadoop);
    return common instanceof LocalFileSystem
        ? new Path(Files.createTempDirectory("narrows-").toString(), "model").toString()
        : new Path(common.getHomeDirectory(), "narrows-model-" + UUID.randomUUID()).toString();
  }

  private static String innermost(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return Failure.tidy(root);
  }
}
