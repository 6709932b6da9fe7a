package ai.narrows.images.source;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A checked IDX file of images, and the file of their labels if one stands beside it.
 *
 * @param images the images [count, height, width, channels]
 * @param header the images' header
 * @param labels the labels [count], or null
 */
record IdxFile(DataFile images, IdxHeader header, DataFile labels) implements RecordFile {

  /**
   * Opens a file and its labels, reading headers alone.
   *
   * @throws InputException if it is no IDX file of images, has not the length that its header
   *     promises, or the labels do not fit
   */
  static IdxFile open(FileStatus status, Configuration conf) throws IOException {
    DataFile images = DataFile.of(status, conf);
    IdxHeader header = IdxHeader.read(images, conf);
    if (header.dimensions() == 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s holds labels, not images; name the file of images, its labels are found beside it",
              images.path()));
    }
    images.checkLength(header.fileLength(), header.promise(), conf);
    Optional<DataFile> labels = labels(images, conf);
    if (labels.isPresent()) {
      checkLabels(labels.get(), images, header, conf);
    }
    return new IdxFile(images, header, labels.orElse(null));
  }

  /** Whether a file holds images by its name or its first bytes. */
  static boolean holdsImages(FileStatus status, Configuration conf) throws IOException {
    String name = status.getPath().getName();
    return name.contains("idx3")
        || name.contains("idx4")
        || IdxHeader.isImages(IdxHeader.magic(DataFile.of(status, conf), conf));
  }

  /**
   * Makes sure that files read together have the same columns.
   *
   * @throws InputException if one has labels and another has none
   */
  static void checkAlike(RecordFile first, RecordFile other) {
    if ((other.labels() == null) != (first.labels() == null)) {
      RecordFile with = other.labels() == null ? first : other;
      RecordFile without = other.labels() == null ? other : first;
      throw new InputException(
          String.format(
              Locale.ROOT,
              "all files or none must have labels, but %s has them and %s has none",
              with.images().path(),
              without.images().path()));
    }
  }

  /** The file named {@code labels} for {@code images} and {@code idx1} for {@code idx3}. */
  private static Optional<DataFile> labels(DataFile images, Configuration conf) throws IOException {
    String name = images.name();
    String labels = name.replace("images", "labels").replaceFirst("idx[34]", "idx1");
    if (labels.equals(name)) {
      return Optional.empty();
    }
    FileSystem fs = images.path().getFileSystem(conf);
    for (String candidate : new String[] {labels, labels + ".gz"}) {
      Path path = PathName.child(images.path().getParent(), candidate);
      if (fs.exists(path)) {
        return Optional.of(DataFile.of(fs.getFileStatus(path), conf));
      }
    }
    return Optional.empty();
  }

  private static void checkLabels(
      DataFile labels, DataFile images, IdxHeader header, Configuration conf) throws IOException {
    IdxHeader found = IdxHeader.read(labels, conf);
    if (found.dimensions() != 1) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s must hold labels, but holds %s", labels.path(), found.promise()));
    }
    if (found.count() != header.count()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has %d labels, but %s has %d images",
              labels.path(),
              found.count(),
              images.path(),
              header.count()));
    }
    labels.checkLength(found.fileLength(), found.promise(), conf);
  }

  @Override
  public long start() {
    return header.length();
  }

  @Override
  public int recordLength() {
    return header.shape().size();
  }

  @Override
  public int count() {
    return header.count();
  }

  @Override
  public ImageShape shape() {
    return header.shape();
  }

  /** Red and blue change places. */
  @Override
  public byte[] pixels(byte[] record) {
    if (header.shape().channels() == 3) {
      for (int i = 0; i < record.length; i += 3) {
        byte red = record[i];
        record[i] = record[i + 2];
        record[i + 2] = red;
      }
    }
    return record;
  }

  /** {@code label}, if there are labels. */
  @Override
  public List<StructField> labelColumns() {
    return labels == null
        ? List.of()
        : List.of(new StructType().add("label", DataTypes.IntegerType, false).fields());
  }

  @Override
  public long labelsStart() {
    return IdxHeader.LABELS_LENGTH;
  }

  @Override
  public Object label(String column, byte[] bytes, long index) {
    return bytes[0] & 0xff;
  }
}
