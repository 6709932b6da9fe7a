package ai.narrows.jobs.options;

import ai.narrows.compat.SparkSeam;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rows of an input, chosen and named as the options say; errors name the option. */
final class InputRows {
  private InputRows() {}

  /**
   * A table of Spark's catalogs.
   *
   * @param option that names it
   */
  static Dataset<Row> table(DataFrameReader reader, String option, List<String> paths) {
    if (paths.size() > 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s must name one table of a catalog, but names %s",
              option,
              String.join(", ", paths)));
    }
    String name = paths.get(0);
    try {
      return reader.table(name);
    } catch (Exception e) { // Scala does not declare that it throws AnalysisException
      if (e instanceof AnalysisException analysis) {
        boolean missing = "TABLE_OR_VIEW_NOT_FOUND".equals(SparkSeam.condition(analysis));
        throw new InputException(
            missing
                ? "there is no table or view " + name
                : String.format(Locale.ROOT, "%s %s: %s", option, name, Failure.tidy(e)),
            e);
      }
      throw e;
    }
  }

  /**
   * The rows that satisfy a condition that the user wrote.
   *
   * @throws InputException naming the option, if Spark does not understand it
   */
  static Dataset<Row> filter(Dataset<Row> rows, String condition, String option) {
    try {
      return rows.where(condition);
    } catch (Exception e) { // Scala does not declare that it throws AnalysisException
      if (e instanceof AnalysisException) {
        throw new InputException(
            String.format(Locale.ROOT, "%s \"%s\": %s", option, condition, Failure.tidy(e)), e);
      }
      throw e;
    }
  }

  /** Whether there is such a column. */
  static boolean has(Dataset<Row> rows, String column) {
    return ColumnNames.of(rows).has(column);
  }

  /**
   * Makes sure that there is such a column.
   *
   * @param option that names it
   * @param shown what the rows are called
   */
  static void need(Dataset<Row> rows, String column, String option, String shown) {
    if (!has(rows, column)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has no column `%s` (%s); it has %s",
              shown,
              column,
              option,
              String.join(", ", rows.columns())));
    }
  }

  /** The rows with a column that is called as all jobs call it, in their spelling. */
  static Dataset<Row> rename(
      Dataset<Row> rows, NestedFields fields, String column, String standard, String option) {
    ColumnNames names = ColumnNames.of(rows);
    Optional<String> taken = names.find(standard);
    if (taken.isPresent() && fields.areOf(taken.get(), column)) {
      return rows.drop(ColumnNames.quoted(taken.get())).withColumnRenamed(column, standard);
    }
    if (taken.isPresent() && !names.same(column, standard)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s %s: it would be called `%s` in the output, but the input has another column `%s`",
              option,
              column,
              standard,
              taken.get()));
    }
    return column.equals(standard) && taken.filter(standard::equals).isPresent()
        ? rows
        : rows.withColumnRenamed(column, standard);
  }
}
