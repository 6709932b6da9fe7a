package io.narrows.ml;

import io.narrows.images.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The output columns that are switched on, and rows named in errors. */
final class Columns {
  private Columns() {}

  /** The input's columns and the outputs that have a name. */
  static StructType outputSchema(ScoringParams params, StructType schema) {
    StructType output = schema;
    output = append(output, params.getReconstructionErrorCol(), DataTypes.DoubleType);
    output = append(output, params.getAnomalyScoreCol(), DataTypes.DoubleType);
    output = append(output, params.getPredictionCol(), DataTypes.DoubleType);
    output = append(output, params.getLatentCol(), SQLDataTypes.VectorType());
    return append(output, params.getLatentVarianceCol(), SQLDataTypes.VectorType());
  }

  static StructType append(StructType schema, String column, DataType type) {
    if (column.isEmpty()) {
      return schema;
    }
    List<String> names = new ArrayList<>(Arrays.asList(schema.fieldNames()));
    if (names.contains(column)) {
      throw new InputException("the output column '" + column + "' is in the input already");
    }
    return schema.add(column, type, false);
  }

  /** Reads something off a row; errors are told with the row's id. */
  static <T> T named(Row row, String idCol, Function<Row, T> read) {
    try {
      return read.apply(row);
    } catch (InputException e) {
      int index =
          row.schema() == null ? -1 : Arrays.asList(row.schema().fieldNames()).indexOf(idCol);
      throw named(row, index, e);
    }
  }

  /** The error with the image's name before it. */
  static InputException named(Row row, int idIndex, InputException e) {
    boolean hasId = idIndex >= 0 && !row.isNullAt(idIndex);
    return new InputException(
        (hasId ? "image '" + row.get(idIndex) + "' " : "an image ") + e.getMessage(), e);
  }
}
