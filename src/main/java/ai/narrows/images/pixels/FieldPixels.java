package ai.narrows.images.pixels;

import ai.narrows.images.InvalidImageException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Pixels of structs that have them in their field {@code bytes}, as tables of Hugging Face have:
 * {@code struct<bytes, path>}. The path leads to a file that only the writer of the table had.
 */
final class FieldPixels implements Pixels {

  private static final long serialVersionUID = 1L;

  private static final String BYTES = "bytes";
  private static final String PATH = "path";

  private final Pixels pixels;
  private final int bytes;
  private final int path; // -1 if there is none

  FieldPixels(Pixels pixels, StructType struct) {
    this.pixels = pixels;
    this.bytes = index(struct, BYTES);
    this.path = index(struct, PATH);
  }

  /** Place of a field, whatever the case of its name: Hive's tables have it in lower case. */
  static int index(StructType struct, String name) {
    StructField[] fields = struct.fields();
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The field with the pixels, null if a struct has none. */
  static StructField of(StructType struct) {
    int index = index(struct, BYTES);
    return index < 0 ? null : struct.fields()[index];
  }

  @Override
  public boolean bytes() {
    return pixels.bytes();
  }

  @Override
  public boolean shaped() {
    return pixels.shaped();
  }

  @Override
  public Opened open(Object cell) {
    Row struct = (Row) cell;
    if (struct.isNullAt(bytes)) {
      throw new InvalidImageException(
          path < 0 || struct.isNullAt(path)
              ? "has null for its bytes"
              : "has null for its bytes and only the path '%s': the file is not in the table, so write the table with the files' bytes, or read the files"
                  .formatted(struct.get(path)));
    }
    return pixels.open(struct.get(bytes));
  }
}
