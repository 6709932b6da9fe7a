package ai.narrows.images.source;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.ImagePixels;
import ai.narrows.images.pixels.Pictures;
import ai.narrows.images.pixels.Pixels;
import ai.narrows.message.Message;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows of image files whose pixels are resized and converted, one at a time. */
final class PreprocessedRows implements Iterator<Row> {

  private final ImageFolderReader reader;
  private final StructField[] columns;
  private final Preprocessing preprocessing;
  private final ImagePixels pixels;
  private boolean ahead;

  PreprocessedRows(ImageFolderReader reader, StructType columns, Preprocessing preprocessing) {
    this.reader = reader;
    this.columns = columns.fields();
    this.preprocessing = preprocessing;
    this.pixels = new ImagePixels(Pictures.Structs.of(ImageRows.schema()), preprocessing);
  }

  @Override
  public boolean hasNext() {
    ahead = ahead || reader.next();
    return ahead;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ahead = false;
    InternalRow row = reader.get();
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.isNullAt(i) ? null : value(row, i);
    }
    return RowFactory.create(values);
  }

  private Object value(InternalRow row, int i) {
    return switch (columns[i].name()) {
      case "image" -> image(ImageRows.toRow(row.getStruct(i, ImageRows.FIELDS)));
      case "label" -> row.getInt(i);
      default -> row.getString(i);
    };
  }

  private Row image(Row image) {
    if (preprocessing.equals(Preprocessing.NONE)) {
      return image;
    }
    try {
      Pixels.Opened opened = pixels.open(image);
      ImageShape shape = opened.shape();
      byte[] data = new byte[shape.size()];
      opened.readBytes(shape, data, 0);
      return ImageRows.toImage(image.getString(0), shape, data);
    } catch (InputException e) {
      throw new InputException(Message.of("%s %s", image.getString(0), e.told()), e);
    }
  }
}
