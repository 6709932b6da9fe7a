package ai.narrows.jobs;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.source.ReadMode;
import ai.narrows.jobs.console.Counted;
import ai.narrows.jobs.console.Counts;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.ml.FittedAutoencoder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The rows of a table of scores, counted on their way into it.
 *
 * @param scorer the model, set to score as the user says
 * @param mode what becomes of images that cannot be read
 */
record ScoreRows(FittedAutoencoder<?> scorer, ReadMode mode) {
  private static final String PREDICTED = "predicted";

  /**
   * Scored images.
   *
   * @param counts counts them
   * @param more what else to find out about them
   */
  Dataset<Row> of(Dataset<Row> images, Counts counts, List<Column> more) {
    Dataset<Row> scored = scorer.transform(counts.in(images));
    Column predicted =
        functions.count_if(
            predicts()
                ? ColumnNames.quoted(scorer.getPredictionCol()).equalTo(1)
                : functions.lit(false));
    List<Column> found = new ArrayList<>(List.of(predicted.as(PREDICTED)));
    found.addAll(more);
    return counts.out(inOrder(scored), firstOutput(images, scored), found.toArray(Column[]::new));
  }

  private boolean predicts() {
    return !scorer.getPredictionCol().isEmpty();
  }

  private static String firstOutput(Dataset<Row> images, Dataset<Row> scored) {
    int inputs = images.columns().length;
    return scored.columns().length == inputs ? "" : scored.columns()[inputs];
  }

  /** What every table of scores has first, then whatever else the input had. */
  private Dataset<Row> inOrder(Dataset<Row> scored) {
    Set<String> names =
        new LinkedHashSet<>(
            List.of(
                InputOptions.ID,
                InputOptions.LABEL,
                scorer.getReconstructionErrorCol(),
                scorer.getAnomalyScoreCol(),
                scorer.getPredictionCol()));
    Set<String> present = new LinkedHashSet<>(List.of(scored.columns()));
    names.retainAll(present);
    names.addAll(present);
    names.remove(InputOptions.IMAGE);
    return scored.select(names.stream().map(ColumnNames::quoted).toArray(Column[]::new));
  }

  /** How many images were scored and how many are predicted anomalous. */
  String inWords(Counted counted) {
    String above =
        predicts()
            ? String.format(
                Locale.ROOT,
                ", %,d of them above the threshold %.6g",
                counted.number(PREDICTED),
                scorer.getThreshold())
            : "";
    return String.format(
        Locale.ROOT, "Scored %,d images%s%s", counted.modelled(), counted.inWords(mode), above);
  }
}
