package io.narrows.images;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads one {@link IdxRange} into rows; opens only the files whose columns are asked for. */
final class IdxReader implements PartitionReader<InternalRow> {

  private final IdxRange range;
  private final String[] columns;
  private final UTF8String origin;
  private final InputStream images; // at the next image; null if not asked for
  private final InputStream labels; // at the next label; null if not asked for

  private int read; // rows so far
  private InternalRow row;

  IdxReader(IdxRange range, StructType columns, Configuration conf) {
    this.range = range;
    this.columns = columns.fieldNames();
    IdxFile file = range.file();
    this.origin = UTF8String.fromString(file.images().path().toUri().toString());
    long before = (long) range.first() * file.header().shape().size();
    this.images =
        columns.getFieldIndex("image").isDefined()
            ? open(file.images(), conf, file.header().length() + before)
            : null;
    this.labels =
        columns.getFieldIndex("label").isDefined()
            ? open(file.labels(), conf, IdxHeader.LABELS_LENGTH + (long) range.first())
            : null;
  }

  private static InputStream open(DataFile file, Configuration conf, long offset) {
    return SourcePaths.orExplain(file.path().toString(), () -> file.open(conf, offset));
  }

  @Override
  public boolean next() throws IOException {
    if (read == range.count()) {
      checkEnd();
      return false;
    }
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(columns[i]);
    }
    row = new GenericInternalRow(values);
    read++;
    return true;
  }

  private Object value(String column) throws IOException {
    long index = (long) range.first() + read;
    return switch (column) {
      case "id" -> UTF8String.fromString(range.name() + "#" + index);
      case "index" -> index;
      case "label" -> label();
      default -> ImageRows.toInternal(origin, range.file().header().shape(), pixels());
    };
  }

  private int label() throws IOException {
    return read(range.file().labels(), labels, 1)[0] & 0xff;
  }

  /** The next image's pixels; a new array each time, because Spark may hold rows back. */
  private byte[] pixels() throws IOException {
    ImageShape shape = range.file().header().shape();
    byte[] pixels = read(range.file().images(), images, shape.size());
    if (shape.channels() == 3) {
      for (int i = 0; i < pixels.length; i += 3) {
        byte red = pixels[i];
        pixels[i] = pixels[i + 2];
        pixels[i + 2] = red;
      }
    }
    return pixels;
  }

  private byte[] read(DataFile file, InputStream in, int length) throws IOException {
    try {
      byte[] bytes = new byte[length];
      if (in.readNBytes(bytes, 0, length) < length) {
        throw new EOFException("it ends at image " + ((long) range.first() + read));
      }
      return bytes;
    } catch (EOFException | ZipException e) {
      throw file.damaged(e);
    }
  }

  /** Nothing may follow the last image; to ask also makes gzip compare its checksum. */
  private void checkEnd() throws IOException {
    if (images != null && range.endsFile()) {
      DataFile file = range.file().images();
      try {
        if (images.read() >= 0) {
          throw new InputException(file.path() + " goes on after its last image");
        }
      } catch (EOFException | ZipException e) {
        throw file.damaged(e);
      }
    }
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() throws IOException {
    try (images;
        labels) {
      row = null;
    }
  }
}
