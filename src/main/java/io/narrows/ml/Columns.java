package io.narrows.ml;

import io.narrows.images.HandleInvalid;
import io.narrows.images.ImageRows;
import io.narrows.images.InputException;
import io.narrows.nn.Message;
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
      throw named("image", row, row.schema() == null ? -1 : index(row.schema(), idCol), e);
    }
  }

  /** Place of a column, or -1. */
  static int index(StructType schema, String column) {
    return Arrays.asList(schema.fieldNames()).indexOf(column);
  }

  /** The error with the row's name before it: {@code image 'ID' has ...}. */
  static InputException named(String what, Row row, int idIndex, InputException e) {
    boolean hasId = idIndex >= 0 && !row.isNullAt(idIndex);
    String name = hasId ? what + " '" + row.get(idIndex) + "'" : "a row's " + what;
    return new InputException(Message.of("%s %s", name, e.told()), e);
  }
}
