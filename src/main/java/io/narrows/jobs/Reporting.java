package io.narrows.jobs;

import io.narrows.images.PathName;
import io.narrows.ml.Autoencoder;
import io.narrows.ml.AutoencoderEstimator;
import io.narrows.ml.AutoencoderModelBase;
import io.narrows.ml.VariationalAutoencoder;
import io.narrows.report.HtmlReport;
import io.narrows.report.ScoreTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
record Reporting(AutoencoderModelBase<?> model, String name) {

  /**
   * The page.
   *
   * @param table scores; if there are none, the images are scored
   * @param images those that the scores are of
   * @param scores how to read both
   */
  byte[] page(Optional<Dataset<Row>> table, Optional<Dataset<Row>> images, ScoresOptions scores) {
    HtmlReport report = new HtmlReport(model, PathName.path(name).getName());
    report.withCommands(commands());
    if (table.isPresent()) {
      report.withScores(
          described(table.get(), scores, scores.scoreColumn(), scores.predictionColumn()), images);
    } else if (images.isPresent()) {
      Dataset<Row> scored = scored(images.get());
      try {
        report.withScores(
            described(scored, scores, model.getAnomalyScoreCol(), model.getPredictionCol()),
            images);
      } finally {
        scored.unpersist(false);
      }
    }
    return report.html().getBytes(StandardCharsets.UTF_8);
  }

  /** The images' scores, kept, since several questions are asked of them. */
  private Dataset<Row> scored(Dataset<Row> images) {
    AutoencoderModelBase<?> scorer = (AutoencoderModelBase<?>) model.copy(new ParamMap());
    scorer.setLatentCol("");
    return scorer
        .transform(images)
        .drop(InputOptions.IMAGE)
        .persist(StorageLevel.MEMORY_AND_DISK());
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
    lines.add("--input TRAINING_IMAGES --output " + name);
    return List.of(String.join(" \\\n  ", lines));
  }

  private static <T> boolean isDefault(
      AutoencoderEstimator<?, ?> estimator, Param<T> param, String json) {
    return estimator.isDefined(param)
        && param.jsonEncode(estimator.getOrDefault(param)).equals(json);
  }
}
