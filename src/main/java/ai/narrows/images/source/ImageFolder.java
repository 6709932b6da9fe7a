package ai.narrows.images.source;

import ai.narrows.images.ImageRows;
import ai.narrows.images.decode.ImageDecoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The image files that some paths lead to, sorted by id. */
final class ImageFolder implements FileTable.Files {

  /** Column that says why there is no image. */
  static final String CORRUPT_REASON = "corruptReason";

  /** What opening a file costs, told in bytes read: small files are dealt out by their number. */
  static final long OPEN_COST = 64 << 10;

  private final Configuration conf;
  private final ImageDecoder decoder;
  private final ReadMode mode;
  private final List<ImageFile> files;
  private final PassedOver passedOver;

  ImageFolder(ImageSearch.Result found, ImageDecoder decoder, ReadMode mode, Configuration conf) {
    this.files = found.files();
    this.passedOver = found.passedOver();
    this.decoder = decoder;
    this.mode = mode;
    this.conf = conf;
  }

  /** Neighbouring files, read by one task. */
  record Part(List<ImageFile> files) implements InputPartition {

    /** As bytes, which every serializer of Spark's takes: names are much alike and shrink well. */
    byte[] toBytes() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(new DeflaterOutputStream(bytes))) {
        out.writeObject(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    static Part fromBytes(byte[] bytes) throws IOException, ClassNotFoundException {
      try (ObjectInputStream in =
          new ObjectInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
        return (Part) in.readObject();
      }
    }
  }

  /** Where a file lies, told from a directory that it lies in; empty for the directory itself. */
  static String below(Path base, Path file) {
    String directory = base.toUri().getPath();
    String path = file.toUri().getPath();
    int start = directory.endsWith("/") ? directory.length() : directory.length() + 1;
    return path.substring(Math.min(start, path.length()));
  }

  /**
   * {@code id, image}, with {@code label, labelName} between them on request; under {@link
   * ReadMode#PERMISSIVE} the image may be null and {@link #CORRUPT_REASON} says why.
   */
  static StructType schema(boolean labels, ReadMode mode) {
    StructType schema = new StructType().add("id", DataTypes.StringType, false);
    if (labels) {
      schema =
          schema
              .add("label", DataTypes.IntegerType, false)
              .add("labelName", DataTypes.StringType, false);
    }
    return mode == ReadMode.PERMISSIVE
        ? schema
            .add("image", ImageRows.schema(), true)
            .add(CORRUPT_REASON, DataTypes.StringType, true)
        : schema.add("image", ImageRows.schema(), false);
  }

  /** The files, sorted by id. */
  List<ImageFile> files() {
    return files;
  }

  ImageDecoder decoder() {
    return decoder;
  }

  ReadMode mode() {
    return mode;
  }

  Configuration configuration() {
    return conf;
  }

  /** The folders' names, sorted; a name's place is its label. */
  List<String> labelNames() {
    return files.stream().map(ImageFile::folder).distinct().sorted().toList();
  }

  @Override
  public PassedOver passedOver() {
    return passedOver;
  }

  @Override
  public long totalBytes() {
    return files.stream().mapToLong(file -> file.length() + OPEN_COST).sum();
  }

  /** Neighbours share a task until it has enough. */
  @Override
  public InputPartition[] partitions(long targetBytes) {
    List<InputPartition> parts = new ArrayList<>();
    List<ImageFile> part = new ArrayList<>();
    long bytes = 0;
    for (ImageFile file : files) {
      long cost = file.length() + OPEN_COST;
      if (!part.isEmpty() && bytes + cost > targetBytes) {
        parts.add(new Part(List.copyOf(part)));
        part.clear();
        bytes = 0;
      }
      part.add(file);
      bytes += cost;
    }
    parts.add(new Part(List.copyOf(part)));
    return parts.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory readers(StructType columns) {
    SerializableConfiguration shipped = new SerializableConfiguration(conf);
    ImageDecoder decode = decoder;
    ReadMode onError = mode;
    List<String> labels = columns.getFieldIndex("label").isDefined() ? labelNames() : List.of();
    return partition ->
        new ImageFolderReader(
            ((Part) partition).files().iterator(),
            columns,
            labels,
            decode,
            onError,
            shipped.value());
  }
}
