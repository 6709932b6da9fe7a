package io.narrows.images;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Ids of rows as text, whatever their type: bytes in hexadecimal, all else as Spark casts it. */
public final class RowIds {
  private static final int SHOWN = 5;

  private RowIds() {}

  /**
   * The column of ids as text.
   *
   * @throws InputException if there is no such column, or there are several of the name
   */
  public static Column text(Dataset<?> rows, String idCol) {
    Column id = ColumnNames.of(rows).column(idCol);
    DataType type = rows.select(id).schema().apply(0).dataType();
    if (type.equals(DataTypes.BinaryType)) {
      return functions.lower(functions.hex(id));
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
