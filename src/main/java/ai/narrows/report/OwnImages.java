package ai.narrows.report;

import static org.apache.spark.sql.functions.col;

import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.nn.score.ScoreMethod;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The images of a table of scores, looked up by their ids and scored again: those whose score is
 * another now are not the images that were scored, and are not shown beside it.
 *
 * @param images with the columns of {@link Rebuilt#named}; kept until this is closed
 * @param asked how many ids were looked up
 * @param missing how many of them no image has
 * @param different how many of them have an image with another score
 */
record OwnImages(Dataset<Row> images, Dataset<Row> kept, int asked, int missing, int different)
    implements AutoCloseable {
  /** The blanks are in no name that a model is likely to use for its own columns. */
  private static final Column ID = col(Rebuilt.ID);

  private static final String SCORE = "score now";

  private static final String ERROR = "reconstruction error now";

  /** Another machine, or a GPU, rounds otherwise than one machine does from batch to batch. */
  private static final double MACHINES = 10;

  /**
   * Looks them up; runs a job.
   *
   * @param rows of the table
   * @param images with the columns of {@link Rebuilt#named}
   * @param model that has scored them, and reads these columns
   */
  static OwnImages of(
      List<ScoreSection.Scored> rows, Dataset<Row> images, FittedAutoencoder<?> model) {
    Map<String, List<ScoreSection.Scored>> byId = new HashMap<>();
    for (ScoreSection.Scored row : rows) {
      if (row.id() != null) {
        byId.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
      }
    }
    Dataset<Row> found = images.where(ID.isin(byId.keySet().toArray()));
    Dataset<Row> kept = scorer(model).transform(found).persist(StorageLevel.MEMORY_AND_DISK());
    Same same = new Same(byId, ScoreMethod.of(model.getScoreMethod()));
    Set<String> seen = new HashSet<>();
    Set<String> own = new HashSet<>();
    for (Row row :
        kept.select(ID, col("`" + SCORE + "`"), col("`" + ERROR + "`"))
            .where(col("`" + SCORE + "`").isNotNull())
            .collectAsList()) {
      seen.add(row.getString(0));
      if (same.is(row.getString(0), row.getDouble(1), row.getDouble(2))) {
        own.add(row.getString(0));
      }
    }
    return new OwnImages(
        kept.filter(same.rows()).drop(SCORE, ERROR),
        kept,
        byId.size(),
        byId.size() - seen.size(),
        seen.size() - own.size());
  }

  private static FittedAutoencoder<?> scorer(FittedAutoencoder<?> model) {
    FittedAutoencoder<?> scorer = (FittedAutoencoder<?>) model.copy(new ParamMap());
    scorer.setReconstructionErrorCol(ERROR);
    scorer.setAnomalyScoreCol(SCORE);
    scorer.setPredictionCol("");
    scorer.setLatentCol("");
    scorer.setLatentVarianceCol("");
    scorer.setReconstructionCol("");
    scorer.setErrorMapCol("");
    scorer.setRegionsCol("");
    scorer.setMaskCol("");
    return scorer;
  }

  /**
   * Whether a score is that of a row of the table, whose scores may be of another method than the
   * model's: then its reconstruction error must be.
   */
  private record Same(Map<String, List<ScoreSection.Scored>> byId, ScoreMethod method)
      implements Serializable {

    boolean is(String id, double score, double error) {
      return byId.getOrDefault(id, List.of()).stream()
          .anyMatch(
              row ->
                  near(method, row.score(), score)
                      || (row.error() != null
                          && near(ScoreMethod.RECONSTRUCTION_ERROR, row.error(), error)));
    }

    private static boolean near(ScoreMethod method, double before, double now) {
      return Math.abs(now - before)
          <= MACHINES * Math.max(method.rounding(before), method.rounding(now));
    }

    FilterFunction<Row> rows() {
      return row ->
          row.getAs(SCORE) != null
              && is(
                  Objects.requireNonNull(row.<String>getAs(Rebuilt.ID)),
                  row.<Double>getAs(SCORE),
                  row.<Double>getAs(ERROR));
    }
  }

  /** What there is to say of images that are not shown; none if all were found. */
  Optional<String> words() {
    if (missing == 0 && different == 0) {
      return Optional.empty();
    }
    String of = String.format(Locale.ROOT, "%%,d of %,d images ", asked);
    String gone = missing == 0 ? "" : String.format(Locale.ROOT, of + "were not found", missing);
    String others =
        different == 0
            ? ""
            : String.format(
                Locale.ROOT,
                (missing == 0 ? of : "%,d ") + "have another score than in the table",
                different);
    return Optional.of(
        gone
            + (missing > 0 && different > 0 ? ", and " : "")
            + others
            + ": are these the images that were scored, by this model and its score method?");
  }

  @Override
  public void close() {
    kept.unpersist(false);
  }
}
