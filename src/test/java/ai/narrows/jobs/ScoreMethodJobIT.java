package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The job score by other methods than the model was trained for. */
final class ScoreMethodJobIT extends TrainedModels {
  private Ran scoreBy(Path model, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("--model-dir", model, "--input", IMAGES, "--where", "index < 50"));
    args.addAll(List.of("--output", folder.resolve("scores"), "--overwrite"));
    args.addAll(List.of(more));
    return score(args.toArray());
  }

  @Test
  void withAThresholdOfItsOwn() {
    Ran ran = scoreBy(autoencoder, "--score-method", "combined", "--threshold", "0");
    assertThat(ran.err()).contains("above the threshold 0");
    assertThat(ran.exitCode()).isZero();
    assertThat(
            spark
                .read()
                .parquet(folder.resolve("scores").toString())
                .where("(prediction = 1) = (anomalyScore > 0)")
                .count())
        .isEqualTo(50);
  }

  @Test
  void orWithoutPredictions() {
    for (String samples : List.of("1", "20")) {
      Ran ran =
          scoreBy(
              vae, "--score-method", "elbo", "--score-samples", samples, "--prediction-col", "");
      assertThat(ran.err()).contains("Scored 50 images: ");
      assertThat(ran.exitCode()).isZero();
    }
  }

  @Test
  void whatIsWrong() throws IOException {
    double threshold = AutoencoderModel.load(autoencoder.toString()).getThreshold();
    assertRefused(
        scoreBy(autoencoder, "--score-method", "combined"),
        String.format(
            Locale.ROOT,
            "threshold %s was computed for --score-method reconstructionError; for --score-method combined set --threshold, or an empty --prediction-col",
            threshold));
    assertRefused(
        scoreBy(autoencoder, "--score-method", "elbo", "--threshold", "1"),
        "--score-method elbo needs a variational autoencoder: an autoencoder has no likelihood");
    assertRefused(
        scoreBy(autoencoder, "--score-method", "mse"),
        "--score-method must be one of reconstructionError, normalizedError, maximumError, elbo, reconstructionProbability, latentDistance, reencodingDistance, combined, but is 'mse'");
    assertRefused(
        scoreBy(vae, "--score-samples", "0"), "--score-samples must be from 1 to 10000, but is 0");
  }

  /** The training's own method, threshold and all, is what the job scores by. */
  @Test
  void asTrained() {
    Path model = folder.resolve("model");
    train(
        "--output",
        model,
        "--where",
        "index < 1000",
        "--hidden",
        "16",
        "--latent",
        "4",
        "--epochs",
        "2",
        "--workers",
        "2",
        "--score-method",
        "combined",
        "--contamination",
        "0.1",
        "--calibration-fraction",
        "0");
    AutoencoderModel loaded = AutoencoderModel.load(model.toString());
    assertThat(loaded.getScoreMethod()).isEqualTo("combined");
    Ran ran =
        score(
            "--model-dir",
            model,
            "--input",
            IMAGES,
            "--where",
            "index < 1000",
            "--output",
            folder.resolve("own"));
    assertThat(ran.err()).contains("Scored 1,000 images, 100 of them above the threshold ");
    assertThat(
            spark
                .read()
                .parquet(folder.resolve("own").toString())
                .where("prediction = 1")
                .agg(java.util.Map.of("anomalyScore", "min"))
                .first()
                .getDouble(0))
        .isGreaterThan(loaded.getThreshold())
        .isCloseTo(loaded.getThreshold(), within(0.1));
  }
}
