package ai.narrows.images.source;

import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
import ai.narrows.images.decode.ImageDecoder;
import ai.narrows.images.decode.Picture;
import ai.narrows.message.Message;
import java.io.FileNotFoundException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Reads some image files into rows; opens them only if a column or the mode needs to know whether
 * they hold an image.
 */
final class ImageFolderReader implements PartitionReader<InternalRow> {

  /** Key of Hadoop's configuration: whether files that have gone are left out in every mode. */
  static final String IGNORE_MISSING = "narrows.imagefolder.ignoreMissingFiles";

  private final Iterator<ImageFile> files;
  private final String[] columns;
  private final List<String> labelNames; // sorted
  private final ImageDecoder decoder;
  private final ReadMode mode;
  private final Configuration conf;
  private final boolean opens;
  private final boolean ignoreMissing;

  private InternalRow row;

  ImageFolderReader(
      Iterator<ImageFile> files,
      StructType columns,
      List<String> labelNames,
      ImageDecoder decoder,
      ReadMode mode,
      Configuration conf) {
    this.files = files;
    this.columns = columns.fieldNames();
    this.labelNames = labelNames;
    this.decoder = decoder;
    this.mode = mode;
    this.conf = conf;
    this.ignoreMissing = conf.getBoolean(IGNORE_MISSING, false);
    List<String> asked = List.of(this.columns);
    this.opens =
        asked.contains("image")
            || asked.contains(ImageFolder.CORRUPT_REASON)
            || mode == ReadMode.DROPMALFORMED
            || ignoreMissing;
  }

  @Override
  public boolean next() {
    while (files.hasNext()) {
      ImageFile file = files.next();
      if (opens) {
        FileNames.check(file.path(), conf); // whatever the mode: the file is sound
      }
      try {
        row = row(file, opens ? image(file) : null, null);
        return true;
      } catch (InputException e) {
        if (ignoreMissing && isMissing(e)) {
          continue;
        }
        if (mode == ReadMode.FAILFAST) {
          throw e;
        }
        if (mode == ReadMode.PERMISSIVE) {
          row = row(file, null, UTF8String.fromString(e.getMessage()));
          return true;
        }
      }
    }
    return false;
  }

  /** Java says of files that may not be read that they are not found, too. */
  private static boolean isMissing(InputException e) {
    return e.getCause() instanceof FileNotFoundException
        && e.getMessage().endsWith("does not exist");
  }

  private InternalRow row(ImageFile file, InternalRow image, UTF8String corruptReason) {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (columns[i]) {
            case "id" -> UTF8String.fromString(file.id());
            case "label" -> Collections.binarySearch(labelNames, file.folder());
            case "labelName" -> UTF8String.fromString(file.folder());
            case ImageFolder.CORRUPT_REASON -> corruptReason;
            default -> image;
          };
    }
    return new GenericInternalRow(values);
  }

  private InternalRow image(ImageFile file) {
    byte[] content = file.read(conf);
    try {
      Picture decoded = decoder.decode(content);
      UTF8String origin = UTF8String.fromString(file.path().toUri().toString());
      return ImageRows.toInternal(origin, decoded.shape(), decoded.pixels());
    } catch (InputException e) {
      throw new InputException(Message.of("%s %s", file.path(), e.told()), e);
    }
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() {}
}
