package io.narrows.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The IDX files that some paths lead to, checked, in the order of the paths. */
final class IdxFiles implements FileTable.Files {

  private final Configuration conf;
  private final List<IdxFile> files;
  private final List<String> names; // [files], unique

  private IdxFiles(Configuration conf, List<IdxFile> files) {
    this.conf = conf;
    this.files = files;
    this.names =
        SourcePaths.distinctEndings(
            files.stream().map(file -> DataFile.withoutGz(file.images().path())).toList());
  }

  /**
   * Finds and checks the files. A file named outright must be one of images; of a directory or a
   * pattern's matches those are taken that hold images by their name or their first bytes.
   *
   * @throws InputException if there are none, or one is not as it must be
   */
  static IdxFiles find(List<SourcePaths.Found> paths, Configuration conf) {
    Map<Path, IdxFile> files = new LinkedHashMap<>();
    for (SourcePaths.Found found : paths) {
      List<FileStatus> images =
          SourcePaths.orExplain(found.given().toString(), () -> images(found, conf));
      if (images.isEmpty()) {
        throw new InputException("%s has no IDX files of images".formatted(found.given()));
      }
      for (FileStatus status : images) {
        Path path = status.getPath();
        IdxFile file = SourcePaths.orExplain(path.toString(), () -> IdxFile.open(status, conf));
        IdxFile same = files.put(DataFile.withoutGz(path), file);
        if (same != null && !same.images().path().equals(path)) {
          throw new InputException(
              "%s stands beside %s; name the one to read".formatted(same.images().path(), path));
        }
      }
    }
    return new IdxFiles(conf, List.copyOf(files.values())).withLabelsAgreeing();
  }

  private static List<FileStatus> images(SourcePaths.Found found, Configuration conf)
      throws IOException {
    List<FileStatus> images = new ArrayList<>();
    for (FileStatus status : found.statuses()) {
      if (status.isDirectory()) {
        FileStatus[] children = status.getPath().getFileSystem(conf).listStatus(status.getPath());
        Arrays.sort(children);
        for (FileStatus child : children) {
          if (holdsImages(child, conf)) {
            images.add(child);
          }
        }
      } else if (!found.glob() || holdsImages(status, conf)) {
        images.add(status);
      }
    }
    return images;
  }

  private static boolean holdsImages(FileStatus status, Configuration conf) throws IOException {
    String name = status.getPath().getName();
    if (!status.isFile() || SourcePaths.isHidden(name)) {
      return false;
    }
    return name.contains("idx3")
        || name.contains("idx4")
        || IdxHeader.isImages(IdxHeader.magic(DataFile.of(status, conf), conf));
  }

  private IdxFiles withLabelsAgreeing() {
    for (IdxFile file : files) {
      if ((file.labels() == null) != (files.get(0).labels() == null)) {
        IdxFile with = file.labels() == null ? files.get(0) : file;
        IdxFile without = file.labels() == null ? file : files.get(0);
        throw new InputException(
            "all files or none must have labels, but %s has them and %s has none"
                .formatted(with.images().path(), without.images().path()));
      }
    }
    return this;
  }

  /** {@code id, index, label} if there are labels{@code , image}. */
  StructType schema() {
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType, false)
            .add("index", DataTypes.LongType, false);
    if (files.get(0).labels() != null) {
      schema = schema.add("label", DataTypes.IntegerType, false);
    }
    return schema.add("image", ImageRows.schema(), false);
  }

  @Override
  public long totalBytes() {
    return files.stream().mapToLong(file -> file.images().length()).sum();
  }

  @Override
  public InputPartition[] partitions(long targetBytes) {
    List<IdxRange> ranges = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      ranges.addAll(IdxRange.split(files.get(i), names.get(i), targetBytes));
    }
    return ranges.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory readers(StructType columns) {
    SerializableConfiguration shipped = new SerializableConfiguration(conf);
    return partition -> new IdxReader((IdxRange) partition, columns, shipped.value());
  }
}
