package ai.narrows.images.source;

import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
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

/** Reads one {@link RecordRange} into rows; opens only the files whose columns are asked for. */
final class RecordReader implements PartitionReader<InternalRow> {

  private final RecordRange range;
  private final String[] columns;
  private final UTF8String origin;
  private final InputStream images; // at the next image; null if not asked for
  private final InputStream labels; // at the next label; null if not asked for

  private int read; // rows so far
  private InternalRow row;

  RecordReader(RecordRange range, StructType columns, Configuration conf) {
    this.range = range;
    this.columns = columns.fieldNames();
    RecordFile file = range.file();
    this.origin = UTF8String.fromString(file.images().path().toUri().toString());
    boolean labelled =
        file.labelColumns().stream().anyMatch(c -> columns.getFieldIndex(c.name()).isDefined());
    boolean pictured = columns.getFieldIndex("image").isDefined();
    this.images =
        pictured || (labelled && file.labels() == null)
            ? open(file.images(), conf, file.start() + (long) range.first() * file.recordLength())
            : null;
    this.labels =
        labelled && file.labels() != null
            ? open(file.labels(), conf, file.labelsStart() + range.first())
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
    RecordFile file = range.file();
    // A new array each time, because Spark may hold rows back.
    byte[] record = images == null ? null : read(file.images(), images, file.recordLength());
    byte[] label = labels == null ? record : read(file.labels(), labels, 1);
    long index = (long) range.first() + read;
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (columns[i]) {
            case "id" -> UTF8String.fromString(range.name() + "#" + index);
            case "index" -> index;
            case "image" -> ImageRows.toInternal(origin, file.shape(), file.pixels(record));
            default -> file.label(columns[i], label, index);
          };
    }
    row = new GenericInternalRow(values);
    read++;
    return true;
  }

  private byte[] read(DataFile file, InputStream in, int length) throws IOException {
    try {
      byte[] bytes = in.readNBytes(length); // grows with what is there: a gzip file may lie
      if (bytes.length < length) {
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
