package ai.narrows.jobs.options;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Sources;
import ai.narrows.ml.AnomalyEvaluator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A table of scores, which of its rows ought to be found, and which class they are of. */
public final class ScoresOptions {
  private static final int AFTER_CONDITION = 21;

  /** Directory or table with the scores. */
  @Option(
      names = "--scores",
      order = 3,
      required = true,
      paramLabel = "DIR",
      description = "What the job score has written.")
  public String directory;

  @Option(
      names = "--scores-format",
      order = 4,
      paramLabel = "table",
      description =
          "table where --scores names a table of Spark's catalogs (default: what the files look like).")
  String format;

  /** SQL condition that is true for anomalous rows. */
  @Option(
      names = "--anomalous",
      order = 20,
      required = true,
      paramLabel = "SQL",
      description =
          "Condition that holds for the rows that ought to be found, for example: label <> 1.")
  public String anomalous;

  /** Column with the class of a row; empty for none, null for the default. */
  @Option(
      names = "--class-col",
      order = 30,
      paramLabel = "NAME",
      description =
          "Column with the class of a row; empty for none (default: labelName or else label, where there is one).")
  public String classColumn;

  private final AnomalyEvaluator names = new AnomalyEvaluator();
  private final ParamOptions columns =
      new ParamOptions(
          Map.of("evaluator", names), Set.of("anomalyScoreCol", "predictionCol")::contains);

  /** Adds the options for columns. */
  public void addOptions(CommandSpec spec) {
    columns.addTo(spec, AFTER_CONDITION);
  }

  /** What acts only beside the others. */
  public List<Need> needs() {
    return Need.all(
        directory != null,
        "without --scores",
        "--scores-format",
        "--anomaly-score-col",
        "--prediction-col");
  }

  /** Checks what needs no session. */
  public void check() {
    if (format != null && !InputOptions.isTable(format)) {
      throw new InputException(
          String.format(
              Locale.ROOT, "--scores-format must be table or left out, but is '%s'", format));
    }
    columns.applyTo(names, "evaluator");
  }

  /** Tells what is read, so that it is not overwritten meanwhile. */
  public Sources addTo(Sources sources, SparkSession spark) {
    if (directory == null) {
      return sources;
    }
    return format == null ? sources.add(List.of(directory)) : sources.addTable(spark, directory);
  }

  /** Name of the column with the anomaly scores. */
  public String scoreColumn() {
    return names.getAnomalyScoreCol();
  }

  /**
   * The column of predictions, empty if the table has none.
   *
   * @param lost what is left out then, which the user is told
   * @throws InputException if the user has named one that is not there
   */
  public String predictionColumn(Dataset<Row> rows, String lost, Progress progress) {
    String column = names.getPredictionCol();
    if (!column.isEmpty() && !has(rows, column)) {
      if (columns.isGiven("predictionCol")) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s has no column `%s` (--prediction-col); it has %s",
                directory,
                column,
                ColumnNames.of(rows)));
      }
      progress.say("%s has no column `%s`, so that there is no %s.", directory, column, lost);
      return "";
    }
    return column;
  }

  /**
   * The table's rows.
   *
   * @throws InputException if it has no column of scores
   */
  public Dataset<Row> read(SparkSession spark) {
    Dataset<Row> rows =
        format == null
            ? InputFormat.table(spark, directory)
            : InputRows.table(spark.read(), "--scores", List.of(directory));
    if (!has(rows, scoreColumn())) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has no column `%s` (--anomaly-score-col): is it what the job score wrote? It has %s",
              directory,
              scoreColumn(),
              ColumnNames.of(rows)));
    }
    return rows;
  }

  /**
   * The condition, checked against the rows.
   *
   * @throws InputException if Spark does not understand it
   */
  public Column condition(Dataset<Row> rows) {
    InputRows.filter(rows, anomalous, "--anomalous");
    return functions.expr(anomalous);
  }

  /**
   * The column that tells classes apart, if any.
   *
   * @param shown what the rows are called in errors
   */
  public Optional<String> classColumn(Dataset<Row> rows, String shown) {
    if (classColumn == null) {
      ColumnNames names = ColumnNames.of(rows);
      return Stream.of(InputOptions.LABEL_NAME, InputOptions.LABEL)
          .flatMap(column -> names.find(column).stream())
          .findFirst();
    }
    if (!classColumn.isEmpty() && !has(rows, classColumn)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has no column `%s` (--class-col); it has %s",
              shown,
              classColumn,
              String.join(", ", rows.columns())));
    }
    return Optional.of(classColumn).filter(column -> !column.isEmpty());
  }

  /** What is said of rows without a score. */
  public static String leftOut(long unscored) {
    return String.format(
        Locale.ROOT, "%,d %s without a score left out", unscored, unscored == 1 ? "row" : "rows");
  }

  private static boolean has(Dataset<Row> rows, String column) {
    return ColumnNames.of(rows).has(column);
  }
}
