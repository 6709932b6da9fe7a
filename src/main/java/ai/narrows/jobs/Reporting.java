package ai.narrows.jobs;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.options.ScoresOptions;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.VariationalAutoencoder;
import ai.narrows.ml.summary.ImageReading;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.ThresholdOrigin;
import ai.narrows.report.HtmlReport;
import ai.narrows.report.ScoreTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * How jobs make the HTML report of a model.
 *
 * @param model set to what is to be done about images that cannot be read
 * @param name of the model's directory
 */
record Reporting(FittedAutoencoder<?> model, String name) {
  /** In the place of images of which a model says nothing. */
  private static final ImageSource ANY = new ImageSource(List.of("TRAINING_IMAGES"), "", "");

  /**
   * The page.
   *
   * @param table scores; if there are none, the images are scored
   * @param images those that the scores are of
   * @param scores how to read both
   * @param progress is told which images are not those that were scored
   */
  byte[] page(
      Optional<Dataset<Row>> table,
      Optional<Dataset<Row>> images,
      ScoresOptions scores,
      Progress progress) {
    HtmlReport report = new HtmlReport(model, PathName.path(name).getName());
    report.withCommands(commands());
    if (table.isPresent()) {
      Dataset<Row> rows = table.get();
      String predictions =
          scores.predictionColumn(rows, "count of those above the threshold", progress);
      report.withScores(described(rows, scores, scores.scoreColumn(), predictions), images);
    } else if (images.isPresent()) {
      FittedAutoencoder<?> scorer = scorer(ColumnNames.of(images.get()));
      Dataset<Row> scored =
          scorer
              .transform(images.get())
              .drop(InputOptions.IMAGE)
              .persist(StorageLevel.MEMORY_AND_DISK()); // several questions are asked of them
      try {
        report.withScores(
            described(scored, scores, scorer.getAnomalyScoreCol(), scorer.getPredictionCol()),
            images);
      } finally {
        scored.unpersist(false);
      }
    }
    report.notice().ifPresent(notice -> progress.say("--input: %s", notice));
    return report.html().getBytes(StandardCharsets.UTF_8);
  }

  /** The model with outputs of which the images have none yet. */
  private FittedAutoencoder<?> scorer(ColumnNames images) {
    FittedAutoencoder<?> scorer = (FittedAutoencoder<?>) model.copy(new ParamMap());
    scorer.setLatentCol("");
    scorer.setReconstructionErrorCol(images.unused(scorer.getReconstructionErrorCol()));
    scorer.setAnomalyScoreCol(images.unused(scorer.getAnomalyScoreCol()));
    scorer.setPredictionCol(images.unused(scorer.getPredictionCol()));
    return scorer;
  }

  private static ScoreTable described(
      Dataset<Row> rows, ScoresOptions scores, String scoreCol, String predictionCol) {
    return new ScoreTable(
        rows,
        InputOptions.ID,
        scoreCol,
        Optional.of(predictionCol).filter(column -> !column.isEmpty()),
        scores.classColumn(rows, "the table of scores"),
        scores.anomalous == null ? Optional.empty() : Optional.of(scores.condition(rows)));
  }

  /** The command that trains this model, with every option that is not as it is by default. */
  private List<String> commands() {
    boolean variational = model.architecture().variational();
    AutoencoderEstimator<?, ?> estimator =
        variational ? new VariationalAutoencoder() : new Autoencoder();
    List<String> lines = new ArrayList<>();
    lines.add("jobs/train --model " + (variational ? Train.VAE : Train.AUTOENCODER));
    Map<String, String> params = new TreeMap<>(model.summary().params());
    params.put("numWorkers", Integer.toString(model.summary().workers())); // 0 stands for any
    for (Param<?> param : estimator.params()) {
      String value = params.get(param.name());
      if (value != null && Train.isOption(param.name()) && !isDefault(estimator, param, value)) {
        lines.add(ParamOptions.optionOf(param.name()) + " " + ParamOptions.fromJson(value));
      }
    }
    ImageSource images = model.summary().provenance().images();
    lines.add(options("--input", images.paths().isEmpty() ? ANY : images));
    lines.addAll(options(model.summary().provenance().reading()));
    ThresholdOrigin threshold = model.thresholdOrigin();
    boolean known =
        !threshold.images().paths().isEmpty()
            && !threshold.images().format().equals(Threshold.SCORES_FORMAT);
    if (known && !threshold.anomalous().isEmpty()) {
      lines.add(options("--threshold-input", threshold.images()));
      lines.add("--threshold-anomalous " + ParamOptions.quoted(threshold.anomalous()));
    }
    boolean rate =
        Double.toString(threshold.calibration().rate()).equals(params.get("contamination"));
    if (known && rate && threshold.calibration().kind().equals("normal")) {
      lines.add(options("--threshold-normal", threshold.images()));
    }
    lines.add("--output " + ParamOptions.quoted(name));
    return List.of(String.join(" \\\n  ", lines));
  }

  /** What has images read as they were: the paths behind this option, and which rows. */
  private static String options(String input, ImageSource images) {
    String paths =
        images.paths().stream().map(ParamOptions::quoted).collect(Collectors.joining(" "));
    String format = images.format().isEmpty() ? "" : " --input-format " + images.format();
    String where =
        images.where().isEmpty()
            ? ""
            : " "
                + input.replaceFirst("[a-z]+$", "where")
                + " "
                + ParamOptions.quoted(images.where());
    return input + " " + paths + (input.equals("--input") ? format : "") + where;
  }

  /** A line for each option that says how they were read. */
  private static List<String> options(ImageReading reading) {
    List<String> lines = new ArrayList<>();
    reading
        .options()
        .forEach((name, value) -> addOption(lines, "--input-option", name + "=" + value));
    addOption(lines, "--image-col", reading.imageCol());
    addOption(lines, "--id-col", reading.idCol());
    addOption(lines, "--label-col", reading.labelCol());
    addOption(lines, "--mode", reading.mode());
    return lines;
  }

  private static void addOption(List<String> lines, String option, String value) {
    if (!value.isEmpty()) {
      lines.add(option + " " + ParamOptions.quoted(value));
    }
  }

  private static <T> boolean isDefault(
      AutoencoderEstimator<?, ?> estimator, Param<T> param, String json) {
    return estimator.isDefined(param)
        && param.jsonEncode(estimator.getOrDefault(param)).equals(json);
  }
}
