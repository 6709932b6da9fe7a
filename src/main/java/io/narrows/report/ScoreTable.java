package io.narrows.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;

/**
 * A table of scores, as the job score writes it.
 *
 * @param rows one for every image; those without a score are counted and left out
 * @param idCol names the images
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

  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  Column id() {
    return quoted(idCol).cast("string");
  }

  Column score() {
    return quoted(scoreCol).cast("double");
  }

  /** The column of this name as numbers, null in all rows where there is none of numbers. */
  Column error(String name) {
    boolean numeric =
        Arrays.asList(rows.columns()).contains(name)
            && rows.schema().apply(name).dataType() instanceof NumericType;
    return numeric ? quoted(name).cast("double") : lit(null).cast("double");
  }
}
