package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.metrics.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;

/** The job that sets another threshold in a saved model. */
final class ThresholdIT extends TrainedModels {
  private static final String UNSEEN = "index >= 9000 AND index < 9400";

  private static Ran threshold(Object... args) {
    String[] words = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    return Ran.of(() -> Threshold.run(words));
  }

  private static AutoencoderModel load(Path model) {
    return AutoencoderModel.load(model.toString());
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.getLastModifiedTime(file).toString());
      }
    }
    return files;
  }

  @Test
  void byValue() throws IOException {
    Path out = folder.resolve("out");
    Ran ran = threshold("--model-dir", autoencoder, "--threshold", 0.25, "--output", out);
    assertThat(ran.err())
        .contains("Set the threshold to 0.250000, which was 0.2")
        .contains(": " + out);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    AutoencoderModel old = load(autoencoder);
    AutoencoderModel changed = load(out);
    assertThat(changed.getThreshold()).isEqualTo(0.25);
    assertThat(changed.thresholdOrigin().method()).isEqualTo("given");
    assertThat(changed.uid()).isEqualTo(old.uid());
    assertThat(changed.parameters()).isEqualTo(old.parameters());
    assertThat(changed.summary()).isEqualTo(old.summary());
    assertThat(changed.isSet(changed.threshold())).isTrue();
    assertThat(changed.isSet(changed.imageCol())).isFalse();
  }

  /**
   * The images and a table of their scores give the same, but for rounding between two scorings.
   */
  @Test
  void byFalsePositiveRate() {
    Path ofImages = folder.resolve("ofImages");
    Object[] images = {"--input", IMAGES, "--where", UNSEEN + " AND label <> 1"};
    Ran ran =
        threshold(
            with(
                images,
                "--model-dir",
                autoencoder,
                "--false-positive-rate",
                0.02,
                "--output",
                ofImages));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    AutoencoderModel changed = load(ofImages);
    Calibration calibration = changed.thresholdOrigin().calibration();
    assertThat(ran.err()).contains(" by " + calibration).contains("Set the threshold to ");
    assertThat(calibration.kind()).isEqualTo("normal");
    assertThat(changed.thresholdOrigin().images().where()).isEqualTo(UNSEEN + " AND label <> 1");
    assertThat(changed.isSet(changed.threshold())).isFalse();
    assertThat(changed.isSet(changed.imageCol())).isFalse();

    Path scores = folder.resolve("scores");
    score("--model-dir", ofImages, "--input", IMAGES, "--where", UNSEEN, "--output", scores);
    long n = calibration.images();
    assertThat(spark.read().parquet(scores.toString()).where("label <> 1").count()).isEqualTo(n);
    assertThat(
            spark.read().parquet(scores.toString()).where("label <> 1 AND prediction = 1").count())
        .isEqualTo((long) ((n + 1) * 0.02) - 1);
    Path ofScores = folder.resolve("ofScores");
    threshold(
        "--model-dir",
        autoencoder,
        "--false-positive-rate",
        0.02,
        "--scores",
        scores,
        "--anomalous",
        "label = 1",
        "--output",
        ofScores);
    assertThat(load(ofScores).getThreshold()).isEqualTo(changed.getThreshold());
    assertThat(load(ofScores).thresholdOrigin().calibration()).isEqualTo(calibration);

    Ran few =
        threshold(
            with(
                images,
                "--model-dir",
                autoencoder,
                "--false-positive-rate",
                1e-4,
                "--output",
                folder.resolve("few")));
    assertThat(few.err())
        .contains(
            "--false-positive-rate 1.0E-4 needs at least 9,999 images that the model was not trained on");
    assertThat(few.exitCode()).isZero();
  }

  private static Object[] with(Object[] args, Object... more) {
    List<Object> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void byTheBestF1InPlace() throws IOException {
    Path model = folder.resolve("model");
    FileUtils.copyDirectory(autoencoder.toFile(), model.toFile());
    Path scores = folder.resolve("scores");
    score("--model-dir", model, "--input", IMAGES, "--where", UNSEEN, "--output", scores);
    Object[] best = {
      "--model-dir", model, "--max-f1", "--anomalous", "label = 1", "--scores", scores
    };
    Ran ran = threshold(with(best, "--in-place"));
    assertThat(ran.err()).contains(" gives the best F1 on the labelled images, 0.");
    assertThat(ran.exitCode()).isZero();
    AutoencoderModel changed = load(model);
    assertThat(changed.thresholdOrigin().method()).isEqualTo("maxF1");
    assertThat(changed.thresholdOrigin().anomalous()).isEqualTo("label = 1");
    assertThat(changed.thresholdOrigin().images().paths()).containsExactly(scores.toString());
    assertThat(changed.parameters()).isEqualTo(load(autoencoder).parameters());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("model", "scores");
    }
    Files.writeString(model.resolve("report.html"), "<!DOCTYPE html><title>Narrows report</title>");
    Map<String, String> before = files(model);
    assertRefused(
        threshold(with(best, "--in-place")),
        "--in-place would remove report.html from " + model + ": move it, or give --output");
    Files.move(model.resolve("report.html"), model.resolve("notes.txt"));
    assertRefused(
        threshold(with(best, "--in-place")), "it holds files that no job has written (notes.txt)");
    assertThat(files(model)).hasSameSizeAs(before);
  }

  @Test
  void nothingIsOverwrittenUnasked() throws IOException {
    Path other = folder.resolve("other");
    FileUtils.copyDirectory(vae.toFile(), other.toFile());
    Map<String, String> before = files(other);
    Object[] args = {"--model-dir", autoencoder, "--threshold", 1, "--output", other};
    assertRefused(
        threshold(args),
        "the output " + other + " exists already: choose another or pass --overwrite");
    assertRefused(
        threshold("--model-dir", other, "--threshold", 1, "--output", other, "--overwrite"),
        "the output " + other + " cannot be overwritten: the input " + other + " lies in it");
    assertThat(files(other)).isEqualTo(before);
    assertThat(threshold(with(args, "--overwrite")).exitCode()).isZero();
    assertThat(load(other).getThreshold()).isEqualTo(1);
  }

  @Test
  void whatIsWrong() throws IOException {
    Path out = folder.resolve("out");
    String what =
        "give one of --threshold, --false-positive-rate, --max-f1 for what sets the threshold";
    Object[][] wrong = {
      {what, "--output", out},
      {what + ", but not --threshold and --max-f1", "--output", out, "--threshold", 1, "--max-f1"},
      {"give one of --output, --in-place for where the model goes", "--threshold", 1},
      {
        "give one of --output, --in-place for where the model goes, but not --output and --in-place",
        "--threshold",
        1,
        "--output",
        out,
        "--in-place"
      },
      {
        "give one of --input, --scores for the images or their scores",
        "--false-positive-rate",
        0.1,
        "--output",
        out
      },
      {
        "--false-positive-rate must be at least 0 and below 1, but is 1.0",
        "--false-positive-rate",
        1,
        "--output",
        out,
        "--input",
        IMAGES
      },
      {
        "--max-f1 needs --anomalous: which of the images ought to be found",
        "--max-f1",
        "--output",
        out,
        "--input",
        IMAGES
      },
      {"--threshold must be a number, but is NaN", "--threshold", "NaN", "--output", out},
      {
        "--anomalous has no effect with --threshold",
        "--threshold",
        1,
        "--output",
        out,
        "--anomalous",
        "label = 1"
      },
      {
        "there is no file or directory /no/where",
        "--false-positive-rate",
        0.1,
        "--output",
        out,
        "--input",
        "/no/where"
      },
    };
    for (Object[] one : wrong) {
      Object[] args = List.of(one).subList(1, one.length).toArray();
      assertRefused(threshold(with(args, "--model-dir", autoencoder)), one[0].toString());
    }
    assertRefused(
        threshold("--model-dir", folder.resolve("none"), "--threshold", 1, "--in-place"),
        folder.resolve("none").toString());
  }
}
