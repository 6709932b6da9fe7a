package ai.narrows.report;

import ai.narrows.distributed.Described;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.VariationalAutoencoderModel;
import ai.narrows.ml.metrics.Calibration;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A page for people about a model and what it says of images: one HTML file that needs nothing
 * beside it, no network either. It shows how training went, the scores and how well they tell
 * anomalous rows from the others, images with their reconstructions, the latent space, what a
 * variational autoencoder generates, and the settings. Of many rows it shows samples and says so;
 * counts and metrics are of all rows.
 */
public final class HtmlReport {
  private final FittedAutoencoder<?> model;
  private final ObjectNode data = JsonNodeFactory.instance.objectNode();
  private Optional<String> notice = Optional.empty();

  /**
   * A report on how a model was trained, and what it generates.
   *
   * @param name of the model, for the title
   */
  public HtmlReport(FittedAutoencoder<?> model, String name) {
    this.model = model;
    boolean variational = model.architecture().variational();
    data.put("name", name);
    data.put("kind", variational ? "variational autoencoder" : "autoencoder");
    data.put("architecture", model.architecture().toString());
    data.put("rows", model.patches().whole() ? "images" : "patches");
    data.put("shape", model.imageShape().toString());
    data.put("scoreMethod", model.getScoreMethod());
    data.put("threshold", model.getThreshold());
    data.put("thresholdMethod", model.getThresholdMethod());
    Calibration calibration = model.thresholdOrigin().calibration();
    calibration
        .falsePositiveRate()
        .ifPresent(
            rates ->
                data.putObject("falsePositiveRate")
                    .put("images", calibration.images())
                    .put("low", rates.low())
                    .put("high", rates.high()));
    data.set("training", TrainingSection.of(model.summary()));
    if (model instanceof VariationalAutoencoderModel vae && !model.backbone().any()) {
      data.set(
          "prior",
          Described.get(
              SparkSession.active().sparkContext(),
              "report: generating",
              () -> PriorSection.of(vae)));
    }
    data.set("provenance", TrainingSection.provenance(model));
    ObjectNode params = data.putObject("params");
    Map<String, String> sorted = new TreeMap<>(model.summary().params());
    sorted.forEach(params::put);
  }

  /**
   * Adds what a table of scores tells; runs jobs.
   *
   * @param images of the table, for pictures and the latent space, with the columns that the model
   *     takes images and ids from; they are read once and scored again, and those whose score is
   *     not the table's are not shown: see {@link #notice}
   * @throws IllegalArgumentException if no row has a score, or it is known what is anomalous and
   *     there are not rows of both kinds
   */
  public HtmlReport withScores(ScoreTable table, Optional<Dataset<Row>> images) {
    SparkContext context = table.rows().sparkSession().sparkContext();
    ScoreSection scores =
        Described.get(
            context,
            "report: scores",
            () -> ScoreSection.of(table, model.getThreshold(), model.getReconstructionErrorCol()));
    data.set("scores", scores.json());
    if (images.isPresent()) {
      ImageSection section =
          Described.get(
              context,
              "report: images",
              () -> ImageSection.of(scores, model.getThreshold(), images.get(), model));
      notice = section.notice();
      data.set("pictures", section.pictures());
      section.latents().ifPresent(latents -> data.set("latents", latents));
    }
    return this;
  }

  /** How many images of the table were not found, or have another score; none if all are right. */
  public Optional<String> notice() {
    return notice;
  }

  /** Adds the command lines that make this model again. */
  public HtmlReport withCommands(List<String> commands) {
    data.put("commands", String.join("\n", commands));
    return this;
  }

  /** The page. */
  public String html() {
    return ReportPage.of(data);
  }
}
