package ai.narrows.report;

import static org.apache.spark.sql.functions.lit;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.RowIds;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;

/**
 * A table of scores, as the job score writes it.
 *
 * @param rows one for every image; those without a score are counted and left out
 * @param idCol names the images, by ids of any type
 * @param scoreCol numeric, higher = more anomalous
 * @param predictionCol numeric, 1 where the score lies above the threshold; none if there are no
 *     predictions
 * @param labelCol the class of a row, if any
 * @param anomalous condition that holds for the rows that ought to be found, if that is known
 */
public record ScoreTable(
    Dataset<Row> rows,
    String idCol,
    String scoreCol,
    Optional<String> predictionCol,
    Optional<String> labelCol,
    Optional<Column> anomalous) {

  /**
   * A column of the table.
   *
   * @throws ai.narrows.images.InputException if there is none of this name
   */
  Column column(String name) {
    return ColumnNames.of(rows).column(name);
  }

  Column id() {
    return RowIds.text(rows, idCol);
  }

  Column score() {
    return column(scoreCol).cast("double");
  }

  /** The column of this name as numbers, null in all rows where there is none of numbers. */
  Column error(String name) {
    ColumnNames names = ColumnNames.of(rows);
    boolean numeric =
        names.has(name) && rows.schema().apply(names.index(name)).dataType() instanceof NumericType;
    return numeric ? column(name).cast("double") : lit(null).cast("double");
  }
}
