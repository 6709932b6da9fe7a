package ai.narrows.report;

import static org.apache.spark.sql.functions.col;

import ai.narrows.ml.FittedAutoencoder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.PCAModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where images lie in the latent space: on its two principal axes where it is wider than that. */
final class LatentSection {
  private static final String LATENT = "latent";
  private static final String VARIANCE = "variance";
  private static final String PLACE = "place";

  private LatentSection() {}

  /**
   * Encodes the sample.
   *
   * @param images among which the sample is, with the columns of {@link Rebuilt#named}
   * @param model that reads these columns
   * @return none if there are not two of the sample among the images
   */
  static Optional<ObjectNode> of(
      ScoreSection scores, Dataset<Row> images, FittedAutoencoder<?> model) {
    boolean variational = model.architecture().variational();
    Dataset<Row> encoded =
        encoder(model, variational)
            .transform(images.where(col(Rebuilt.ID).isin(scores.sampled().toArray())))
            .where(col(LATENT).isNotNull())
            .drop(Rebuilt.IMAGE)
            .cache();
    try {
      int k = model.latentDim();
      PCAModel axes = k > 2 && encoded.count() > 1 ? axes(encoded) : null;
      List<Row> rows =
          (axes == null ? encoded : axes.transform(encoded)).orderBy(Rebuilt.ID).collectAsList();
      if (rows.size() < 2) {
        return Optional.empty();
      }
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("width", k);
      for (int axis = 0; axis < 2; axis++) {
        json.put(axis == 0 ? "x" : "y", name(axis, k, axes));
      }
      points(json.putArray("points"), rows, axes == null ? LATENT : PLACE, k == 1, scores);
      if (variational) {
        json.putPOJO("kl", divergence(rows, k));
      }
      return Optional.of(json);
    } finally {
      encoded.unpersist(false);
    }
  }

  private static FittedAutoencoder<?> encoder(FittedAutoencoder<?> model, boolean variational) {
    FittedAutoencoder<?> encoder = (FittedAutoencoder<?>) model.copy(new ParamMap());
    encoder.setReconstructionErrorCol("");
    encoder.setAnomalyScoreCol("");
    encoder.setPredictionCol("");
    encoder.setLatentCol(LATENT);
    encoder.setLatentVarianceCol(variational ? VARIANCE : "");
    return encoder;
  }

  private static PCAModel axes(Dataset<Row> encoded) {
    return new PCA().setK(2).setInputCol(LATENT).setOutputCol(PLACE).fit(encoded);
  }

  private static String name(int axis, int k, PCAModel axes) {
    if (axes != null) {
      return String.format(
          Locale.ROOT,
          "principal axis %d (%.0f %% of the variance)",
          axis + 1,
          100 * axes.explainedVariance().apply(axis));
    }
    return axis < k ? "latent " + axis : "score";
  }

  /** An entry for every row: x, y, score, label, whether it is anomalous, id. */
  private static void points(
      ArrayNode points, List<Row> rows, String placeCol, boolean line, ScoreSection scores) {
    Map<String, ScoreSection.Scored> byId = new HashMap<>();
    scores.rows().forEach(scored -> byId.put(scored.id(), scored));
    for (Row row : rows) {
      ScoreSection.Scored scored = byId.get(row.<String>getAs(Rebuilt.ID));
      Vector place = row.getAs(placeCol);
      ArrayNode point = points.addArray();
      point.add(rounded(place.apply(0)));
      point.add(line ? scored.score() : rounded(place.apply(1)));
      point.add(scored.score());
      point.add(scored.label());
      point.add(scored.anomalous());
      point.add(scored.id());
    }
  }

  /** Enough for a picture, and short. */
  private static double rounded(double value) {
    return (float) Math.round(value * 1e4) / 1e4;
  }

  /**
   * Divergence of each latent from its prior in nats, averaged over the rows (Kingma and Welling
   * 2014, appendix B).
   */
  private static double[] divergence(List<Row> rows, int k) {
    double[] sum = new double[k];
    for (Row row : rows) {
      Vector mean = row.getAs(LATENT);
      Vector variance = row.getAs(VARIANCE);
      for (int j = 0; j < k; j++) {
        double v = variance.apply(j);
        sum[j] += 0.5 * (mean.apply(j) * mean.apply(j) + v - 1 - Math.log(v)) / rows.size();
      }
    }
    return sum;
  }
}
