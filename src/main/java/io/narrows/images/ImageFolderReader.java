package io.narrows.images;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads some image files into rows; opens them only if the image is asked for. */
final class ImageFolderReader implements PartitionReader<InternalRow> {

  private final Iterator<ImageFile> files;
  private final String[] columns;
  private final List<String> labelNames; // sorted
  private final ImageDecoder decoder;
  private final Configuration conf;

  private InternalRow row;

  ImageFolderReader(
      ImageFolder.Part part,
      StructType columns,
      List<String> labelNames,
      ImageDecoder decoder,
      Configuration conf) {
    this.files = part.files().iterator();
    this.columns = columns.fieldNames();
    this.labelNames = labelNames;
    this.decoder = decoder;
    this.conf = conf;
  }

  @Override
  public boolean next() {
    if (!files.hasNext()) {
      return false;
    }
    ImageFile file = files.next();
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(columns[i], file);
    }
    row = new GenericInternalRow(values);
    return true;
  }

  private Object value(String column, ImageFile file) {
    return switch (column) {
      case "id" -> UTF8String.fromString(file.id());
      case "label" -> Collections.binarySearch(labelNames, file.folder());
      case "labelName" -> UTF8String.fromString(file.folder());
      default -> image(file);
    };
  }

  private InternalRow image(ImageFile file) {
    byte[] content = file.read(conf);
    try {
      Picture decoded = decoder.decode(content);
      UTF8String origin = UTF8String.fromString(file.path().toUri().toString());
      return ImageRows.toInternal(origin, decoded.shape(), decoded.pixels());
    } catch (InputException e) {
      throw new InputException(file.path() + " " + e.getMessage(), e);
    }
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() {}
}
