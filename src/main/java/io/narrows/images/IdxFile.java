package io.narrows.images;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A checked IDX file of images, and the file of their labels if one stands beside it.
 *
 * @param images the images [count, height, width, channels]
 * @param header the images' header
 * @param labels the labels [count], or null
 */
record IdxFile(DataFile images, IdxHeader header, DataFile labels) implements Serializable {

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
          "%s holds labels, not images; name the file of images, its labels are found beside it"
              .formatted(images.path()));
    }
    images.checkLength(header.fileLength(), header.promise(), conf);
    Optional<DataFile> labels = labels(images, conf);
    if (labels.isPresent()) {
      checkLabels(labels.get(), images, header, conf);
    }
    return new IdxFile(images, header, labels.orElse(null));
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
      Path path = new Path(images.path().getParent(), candidate);
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
          "%s must hold labels, but holds %s".formatted(labels.path(), found.promise()));
    }
    if (found.count() != header.count()) {
      throw new InputException(
          "%s has %d labels, but %s has %d images"
              .formatted(labels.path(), found.count(), images.path(), header.count()));
    }
    labels.checkLength(found.fileLength(), found.promise(), conf);
  }
}
