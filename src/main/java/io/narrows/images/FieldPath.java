package io.narrows.images;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
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

  /** What a name leads to in a schema. */
  public static Optional<FieldPath> find(StructType schema, String name) {
    int whole = place(schema, name);
    if (whole >= 0) {
      return Optional.of(new FieldPath(new StructField[] {schema.apply(whole)}, new int[] {whole}));
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      int first = place(schema, name.substring(0, dot));
      if (first >= 0 && schema.apply(first).dataType() instanceof StructType struct) {
        Optional<FieldPath> rest = find(struct, name.substring(dot + 1));
        if (rest.isPresent()) {
          return Optional.of(rest.get().within(schema.apply(first), first));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What a name leads to as a column that has this name.
   *
   * @throws InputException if it leads nowhere
   */
  public static Column named(StructType schema, String name) {
    return need(schema, name).column().as(name);
  }

  /**
   * What a name leads to in a schema.
   *
   * @throws InputException if it leads nowhere
   */
  static FieldPath need(StructType schema, String name) {
    return find(schema, name)
        .orElseThrow(
            () ->
                new InputException(
                    "there is no column '%s'; the columns are %s"
                        .formatted(name, String.join(", ", schema.fieldNames()))));
  }

  /** A name as it is written wins over one that differs in case. */
  private static int place(StructType schema, String name) {
    StructField[] fields = schema.fields();
    int found = -1;
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].name().equals(name)) {
        return i;
      }
      if (found < 0 && fields[i].name().equalsIgnoreCase(name)) {
        found = i;
      }
    }
    return SQLConf.get().caseSensitiveAnalysis() ? -1 : found;
  }

  private FieldPath within(StructField field, int place) {
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
    Column column = functions.col(quoted(fields[0].name()));
    for (int i = 1; i < fields.length; i++) {
      column = column.getField(fields[i].name());
    }
    return column;
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
