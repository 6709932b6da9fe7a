package io.narrows.ml;

import io.narrows.images.FieldPath;
import io.narrows.images.HandleInvalid;
import io.narrows.images.ImageRows;
import io.narrows.images.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    HandleInvalid invalid = HandleInvalid.of(params.getHandleInvalid());
    StructType output = schema;
    output = append(output, params.getReconstructionErrorCol(), DataTypes.DoubleType, invalid);
    output = append(output, params.getAnomalyScoreCol(), DataTypes.DoubleType, invalid);
    output = append(output, params.getPredictionCol(), DataTypes.DoubleType, invalid);
    output = append(output, params.getLatentCol(), SQLDataTypes.VectorType(), invalid);
    output = append(output, params.getLatentVarianceCol(), SQLDataTypes.VectorType(), invalid);
    output = append(output, params.getReconstructionCol(), ImageRows.schema(), invalid);
    return append(output, params.getErrorMapCol(), ImageRows.schema(), invalid);
  }

  /** An output column more, which may be null only where invalid rows are kept. */
  static StructType append(StructType schema, String column, DataType type, HandleInvalid invalid) {
    if (column.isEmpty()) {
      return schema;
    }
    List<String> names = new ArrayList<>(Arrays.asList(schema.fieldNames()));
    if (names.contains(column)) {
      throw new InputException("the output column '" + column + "' is in the input already");
    }
    return schema.add(column, type, invalid == HandleInvalid.KEEP);
  }

  /** Reads something off a row; errors are told with the row's id. */
  static <T> T named(Row row, String idCol, Function<Row, T> read) {
    try {
      return read.apply(row);
    } catch (InputException e) {
      Optional<FieldPath> id =
          row.schema() == null ? Optional.empty() : FieldPath.find(row.schema(), idCol);
      throw named("image", id.map(path -> path.of(row)).orElse(null), e);
    }
  }

  /**
   * The error with the row's name before it: {@code image 'ID' has ...}.
   *
   * @param id the row's, null if it has none
   */
  static InputException named(String what, Object id, InputException e) {
    String name = id == null ? "a row's " + what : what + " '" + id + "'";
    return new InputException(name + " " + e.getMessage(), e);
  }
}
