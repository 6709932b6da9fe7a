package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.metrics.Calibration;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** A threshold out of labelled images, chosen by the job train. */
final class ThresholdInputIT extends TrainedModels {
  private static final String HELD_OUT = "index >= 9000";

  private Ran trained(Path out, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("--where", "label = 1 AND index < 2000", "--hidden", "16", "--latent", "2"));
    args.addAll(List.of("--epochs", "2", "--workers", "2", "--output", out));
    args.addAll(List.of(more));
    return train(args.toArray());
  }

  @Test
  void itIsTheOneOfTheBestF1() throws IOException {
    Path model = folder.resolve("model");
    Ran ran =
        trained(
            model,
            "--threshold-input",
            IMAGES,
            "--threshold-where",
            HELD_OUT,
            "--threshold-anomalous",
            "label <> 1");
    assertThat(ran.err()).contains(" gives the best F1 on the labelled images, 0.9");
    assertThat(ran.exitCode()).isZero();
    AutoencoderModel loaded = AutoencoderModel.load(model.toString());
    assertThat(loaded.getThreshold()).isNotEqualTo(loaded.summary().threshold());

    Path scores = folder.resolve("scores");
    score("--model-dir", model, "--input", IMAGES, "--where", HELD_OUT, "--output", scores);
    Ran evaluated =
        Ran.of(() -> Evaluate.run("--scores", scores.toString(), "--anomalous", "label <> 1"));
    JsonNode json = new ObjectMapper().readTree(evaluated.out());
    assertThat(json.get("f1")).isEqualTo(json.get("bestF1"));
    assertThat(json.get("bestF1Threshold").doubleValue()).isEqualTo(loaded.getThreshold());
  }

  /** The scores of normal images that training has not seen, read as the training images are. */
  @Test
  void itIsTheOneOfAFalsePositiveRate() {
    Path model = folder.resolve("model");
    Ran ran =
        trained(
            model,
            "--threshold-normal",
            IMAGES,
            "--threshold-where",
            HELD_OUT + " AND label = 1",
            "--contamination",
            0.05,
            "--calibration-fraction",
            0);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    AutoencoderModel loaded = AutoencoderModel.load(model.toString());
    Calibration calibration = loaded.thresholdOrigin().calibration();
    assertThat(ran.err()).contains(" by " + calibration);
    assertThat(calibration.kind()).isEqualTo("normal");
    assertThat(calibration.rate()).isEqualTo(0.05);
    assertThat(loaded.summary().calibration().kind()).isEqualTo("training");
    assertThat(loaded.thresholdOrigin().images().where()).isEqualTo(HELD_OUT + " AND label = 1");
    Dataset<Row> normal =
        spark.read().format("idx").load(IMAGES).where(HELD_OUT + " AND label = 1");
    assertThat(normal.count()).isEqualTo(calibration.images());
    assertThat(loaded.transform(normal).where("prediction = 1").count())
        .isEqualTo(calibration.rank() - 1);
  }

  @Test
  void whatIsWrongShowsBeforeTraining() throws IOException {
    Path out = folder.resolve("out");
    Object[][] wrong = {
      {
        "--threshold-anomalous has no effect without --threshold-input",
        "--threshold-anomalous",
        "label <> 1"
      },
      {
        "--threshold-input needs --threshold-anomalous: which of its images ought to be found",
        "--threshold-input",
        IMAGES
      },
      {
        "--threshold-where has no effect without --threshold-input or --threshold-normal",
        "--threshold-where",
        HELD_OUT
      },
      {
        "--threshold-input and --threshold-normal both set the threshold: leave one of them out",
        "--threshold-input",
        IMAGES,
        "--threshold-anomalous",
        "label <> 1",
        "--threshold-normal",
        IMAGES
      },
      {"there is no file or directory /no/where", "--threshold-normal", "/no/where"},
      {
        "there is no file or directory /no/where",
        "--threshold-input",
        "/no/where",
        "--threshold-anomalous",
        "label <> 1"
      },
      {
        String.format(
            Locale.ROOT, "no image in %s satisfies --threshold-where \"index < 0\"", IMAGES),
        "--threshold-input",
        IMAGES,
        "--threshold-where",
        "index < 0",
        "--threshold-anomalous",
        "label <> 1"
      },
      {
        "--threshold-anomalous \"labl <> 1\": A column",
        "--threshold-input",
        IMAGES,
        "--threshold-anomalous",
        "labl <> 1"
      },
      {
        "--threshold-anomalous \"label > 9\": none of the 10000 rows is anomalous: both kinds are needed",
        "--threshold-input",
        IMAGES,
        "--threshold-anomalous",
        "label > 9"
      },
    };
    for (Object[] one : wrong) {
      Object[] args = List.of(one).subList(1, one.length).toArray();
      Ran ran = trained(out, args);
      assertRefused(ran, one[0].toString());
      assertThat(ran.err()).doesNotContain("epoch");
    }
    Path labelled = Files.createDirectories(folder.resolve("labelled"));
    assertRefused(
        trained(
            labelled,
            "--overwrite",
            "--threshold-input",
            labelled.resolve("images"),
            "--threshold-anomalous",
            "label <> 1"),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: the input %s lies in it",
            labelled,
            labelled.resolve("images")));
  }
}
