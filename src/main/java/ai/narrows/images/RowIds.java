package ai.narrows.images;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
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

/** Ids of rows as text, whatever their type: bytes in hexadecimal, all else as Spark casts it. */
public final class RowIds {
  private static final int SHOWN = 5;

  private RowIds() {}

  /**
   * The column of ids as text.
   *
   * @throws InputException if there is no such column, there are several of the name, or its type
   *     names nothing
   */
  public static Column text(Dataset<?> rows, String idCol) {
    Column id = ColumnNames.of(rows).column(idCol);
    DataType type = rows.select(id).schema().apply(0).dataType();
    if (type.equals(DataTypes.BinaryType)) {
      return functions.lower(functions.hex(id));
    }
    if (type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof UserDefinedType<?>) {
      throw new InputException(
          "ids must be text, numbers, times or bytes, but column '%s' is of type %s; name %s"
              .formatted(
                  idCol,
                  type.catalogString(),
                  type instanceof StructType struct && struct.length() > 0
                      ? "one of its fields, such as "
                          + idCol
                          + "."
                          + struct.fieldNames()[struct.length() - 1]
                      : "another column"));
    }
    return type.equals(DataTypes.StringType) ? id : id.cast(DataTypes.StringType);
  }

  /**
   * Some ids, the first in their order, for messages about one that is not there; runs a job.
   *
   * @param ids a column of text
   */
  public static String examples(Dataset<Row> rows, String ids) {
    Column id = ColumnNames.quoted(ids);
    List<Row> first =
        rows.select(id).where(id.isNotNull()).distinct().orderBy(id).takeAsList(SHOWN + 1);
    if (first.isEmpty()) {
      return "no row has an id";
    }
    return first.stream()
            .limit(SHOWN)
            .map(row -> "'" + row.getString(0) + "'")
            .collect(
                Collectors.joining(", ", first.size() == 1 ? "the only id is " : "ids are ", ""))
        + (first.size() > SHOWN ? " and others" : "");
  }

  /**
   * An id as text.
   *
   * @param id of a row, not null
   */
  public static String text(Object id) {
    return id instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : id.toString();
  }
}
