package ai.narrows.images;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where a column is in rows, or the field of a struct that its name leads to: {@code image.bytes}
 * is the column of this name if there is one, and otherwise the field {@code bytes} of the column
 * {@code image}.
 */
public final class FieldPath implements Serializable {
  private static final long serialVersionUID = 1L;

  private final StructField[] fields; // from the column inwards
  private final int[] places; // likewise

  private FieldPath(StructField[] fields, int[] places) {
    this.fields = fields;
    this.places = places;
  }

  /** What a name leads to in a schema, by the current session's rule for names. */
  public static Optional<FieldPath> find(StructType schema, String name) {
    return ColumnNames.of(schema).path(name);
  }

  /**
   * What a name leads to in a schema.
   *
   * @throws InputException if it leads nowhere
   */
  public static FieldPath need(StructType schema, String name) {
    ColumnNames names = ColumnNames.of(schema);
    return names.path(name).orElseThrow(() -> names.missing(name));
  }

  /** A column. */
  static FieldPath of(StructField field, int place) {
    return new FieldPath(new StructField[] {field}, new int[] {place});
  }

  /** The same, begun from the column or field in which its first one is. */
  FieldPath within(StructField field, int place) {
    StructField[] outer = new StructField[fields.length + 1];
    int[] path = new int[places.length + 1];
    outer[0] = field;
    path[0] = place;
    System.arraycopy(fields, 0, outer, 1, fields.length);
    System.arraycopy(places, 0, path, 1, places.length);
    return new FieldPath(outer, path);
  }

  /** Type of what is there. */
  public DataType type() {
    return fields[fields.length - 1].dataType();
  }

  /** Whether it is a field in a struct and no column of its own. */
  public boolean nested() {
    return fields.length > 1;
  }

  /** Names from the column inwards. */
  public List<String> names() {
    return Arrays.stream(fields).map(StructField::name).toList();
  }

  /** What is there in a row; null also where a struct on the way is null. */
  public Object of(Row row) {
    Object value = row;
    for (int place : places) {
      value = value == null ? null : ((Row) value).get(place);
    }
    return value;
  }

  /** The same as a column. */
  public Column column() {
    Column column = ColumnNames.quoted(fields[0].name());
    for (int i = 1; i < fields.length; i++) {
      column = column.getField(fields[i].name());
    }
    return column;
  }
}
