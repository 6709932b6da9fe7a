package io.narrows.jobs;

import io.narrows.images.InputException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Ids as text: bytes in hexadecimal, since as characters many of them would be the same. */
final class IdText {
  private IdText() {}

  /**
   * Rows with the column {@code id} as text.
   *
   * @param called what the user calls the column
   * @throws InputException if it is of a type that names nothing
   */
  static Dataset<Row> of(Dataset<Row> rows, String called) {
    DataType type = rows.schema().apply(InputOptions.ID).dataType();
    Column id = rows.col(InputOptions.ID);
    if (type.equals(DataTypes.BinaryType)) {
      return rows.withColumn(InputOptions.ID, functions.lower(functions.hex(id)));
    }
    if (type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof UserDefinedType<?>) {
      throw new InputException(
          "--id-col %s: ids must be text, numbers, times or bytes, but are of type %s%s"
              .formatted(
                  called,
                  type.catalogString(),
                  type instanceof StructType struct && struct.length() > 0
                      ? "; name one of its fields, such as %s.%s"
                          .formatted(called, struct.fieldNames()[struct.length() - 1])
                      : "; name another column"));
    }
    return rows.withColumn(InputOptions.ID, id.cast("string"));
  }
}
