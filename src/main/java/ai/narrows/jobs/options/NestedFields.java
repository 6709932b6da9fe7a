package ai.narrows.jobs.options;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Fields of structs that stand for columns, such as {@code image.bytes} of Hugging Face's tables:
 * they become columns of this name beside the struct, from which they are taken out in the end.
 */
final class NestedFields {
  private final List<FieldPath> lifted = new ArrayList<>();

  /**
   * Rows with a column more for every name that leads into a struct.
   *
   * @param names of columns or fields; null where the user names none
   */
  Dataset<Row> lift(Dataset<Row> rows, String... names) {
    Dataset<Row> wider = rows;
    for (String name : names) {
      Optional<FieldPath> path =
          name == null ? Optional.empty() : FieldPath.find(wider.schema(), name);
      if (path.isPresent() && path.get().nested()) {
        lifted.add(path.get());
        wider = wider.withColumn(name, path.get().column());
      }
    }
    return wider;
  }

  /** Whether a name is that of a field which was lifted out of a column. */
  boolean areOf(String column, String name) {
    return lifted.stream()
        .anyMatch(
            path ->
                path.names().get(0).equals(column)
                    && name.equalsIgnoreCase(String.join(".", path.names())));
  }

  /** Rows without what was lifted out of structs, and without structs that held nothing else. */
  Dataset<Row> withoutLifted(Dataset<Row> rows) {
    Dataset<Row> less = rows;
    for (FieldPath path : lifted) {
      List<String> names = path.names();
      if (ColumnNames.of(less).has(names.get(0))) {
        less = without(less, names);
      }
    }
    return less;
  }

  private static Dataset<Row> without(Dataset<Row> rows, List<String> names) {
    ColumnNames columns = ColumnNames.of(rows);
    StructField outer = rows.schema().apply(columns.index(names.get(0)));
    if (!(outer.dataType() instanceof StructType struct)) {
      return rows; // the column that was lifted has taken its name
    }
    if (names.size() == 2 && struct.length() == 1) {
      return rows.drop(ColumnNames.quoted(outer.name()));
    }
    Column field = ColumnNames.quoted(outer.name());
    String inner =
        String.join(".", names.subList(1, names.size()).stream().map(ColumnNames::quote).toList());
    return FieldPath.find(struct, String.join(".", names.subList(1, names.size()))).isEmpty()
        ? rows
        : rows.withColumn(outer.name(), field.dropFields(ScalaCollections.copy(List.of(inner))));
  }
}
