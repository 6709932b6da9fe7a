package ai.narrows.images.source;

import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The files of records that some paths lead to, checked, in the order of the paths. */
final class RecordFiles implements FileTable.Files {

  /** Key of Hadoop's configuration: whether files that have gone since then have no rows. */
  static final String IGNORE_MISSING = "narrows.records.ignoreMissingFiles";

  private final Configuration conf;
  private final List<RecordFile> files;
  private final List<String> names; // [files], unique

  private RecordFiles(Configuration conf, List<RecordFile> files) {
    this.conf = conf;
    this.files = files;
    this.names =
        SourcePaths.distinctEndings(
            files.stream().map(file -> DataFile.withoutGz(file.images().path())).toList());
  }

  /** What a format knows that is made of such files. */
  interface Format {

    /** For messages: what is missing where there is none. */
    String what();

    /** Whether a file of a directory, or one that matches a pattern, is meant. */
    boolean holdsImages(FileStatus status, Configuration conf) throws IOException;

    /**
     * Opens and checks a file.
     *
     * @throws InputException if it is not as it must be
     */
    RecordFile open(FileStatus status, Configuration conf) throws IOException;

    /**
     * Makes sure that files can be read together.
     *
     * @throws InputException if not
     */
    void checkAlike(RecordFile first, RecordFile other);
  }

  /**
   * Finds and checks the files. A file named outright must be one of images; of a directory or a
   * pattern's matches those are taken that the format says hold images.
   *
   * @throws InputException if there are none, or one is not as it must be
   */
  static RecordFiles find(
      Format format, List<SourcePaths.Found> paths, FileFilters filters, Configuration conf) {
    Map<Path, RecordFile> files = new LinkedHashMap<>();
    Set<Object> real = new HashSet<>();
    for (SourcePaths.Found found : paths) {
      List<FileStatus> images =
          SourcePaths.orExplain(
              found.given().toString(), () -> images(format, found, filters, conf));
      if (images.isEmpty()) {
        throw new InputException(
            String.format(Locale.ROOT, "%s has no %s", found.given(), format.what()));
      }
      // A link goes by its own name only where the file has no other.
      images.sort(Comparator.comparing(status -> isLink(status.getPath(), conf)));
      for (FileStatus status : images) {
        Path path = status.getPath();
        if (!SourcePaths.orExplain(path.toString(), () -> real.add(real(path, conf)))) {
          continue; // a link to a file that is read already
        }
        RecordFile file = SourcePaths.orExplain(path.toString(), () -> format.open(status, conf));
        RecordFile same = files.put(DataFile.withoutGz(path), file);
        if (same != null && !same.images().path().equals(path)) {
          throw new InputException(
              String.format(
                  Locale.ROOT,
                  "%s stands beside %s; name the one to read",
                  same.images().path(),
                  path));
        }
      }
    }
    List<RecordFile> all = List.copyOf(files.values());
    all.forEach(file -> format.checkAlike(all.get(0), file));
    return new RecordFiles(conf, all);
  }

  private static List<FileStatus> images(
      Format format, SourcePaths.Found found, FileFilters filters, Configuration conf)
      throws IOException {
    List<FileStatus> images = new ArrayList<>();
    for (FileStatus status : found.statuses()) {
      if (status.isDirectory()) {
        addBelow(status.getPath(), format, filters, conf, images);
      } else if (filters.accepts(status) && (!found.glob() || isMeant(format, status, conf))) {
        images.add(status);
      }
    }
    return images;
  }

  private static void addBelow(
      Path directory,
      Format format,
      FileFilters filters,
      Configuration conf,
      List<FileStatus> images)
      throws IOException {
    FileStatus[] children = LocalFiles.of(directory.getFileSystem(conf)).listStatus(directory);
    Arrays.sort(children);
    for (FileStatus child : children) {
      if (child.isDirectory()) {
        if (filters.recursive().orElse(false) && !PathName.isHidden(child.getPath().getName())) {
          addBelow(child.getPath(), format, filters, conf, images);
        }
      } else if (filters.accepts(child) && isMeant(format, child, conf)) {
        images.add(child);
      }
    }
  }

  private static boolean isLink(Path path, Configuration conf) {
    return SourcePaths.orExplain(
        path.toString(),
        () ->
            path.getFileSystem(conf) instanceof LocalFileSystem local
                && Files.isSymbolicLink(LocalFiles.path(local, path)));
  }

  /** What a path leads to in the end. */
  private static Object real(Path path, Configuration conf) throws IOException {
    return path.getFileSystem(conf) instanceof LocalFileSystem local
        ? LocalFiles.path(local, path).toRealPath()
        : path;
  }

  private static boolean isMeant(Format format, FileStatus status, Configuration conf)
      throws IOException {
    if (PathName.isHidden(status.getPath().getName()) || status.isDirectory()) {
      return false;
    }
    if (LocalFiles.leadsNowhere(status)) {
      throw new InputException(
          status.getPath() + " is a symbolic link that leads nowhere: remove it or what it is for");
    }
    return format.holdsImages(status, conf);
  }

  /** {@code id, index}, the columns of labels{@code , image}. */
  StructType schema() {
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType, false)
            .add("index", DataTypes.LongType, false);
    for (StructField label : files.get(0).labelColumns()) {
      schema = schema.add(label);
    }
    return schema.add("image", ImageRows.schema(), false);
  }

  @Override
  public long totalBytes() {
    return files.stream().mapToLong(file -> file.images().length()).sum();
  }

  @Override
  public InputPartition[] partitions(long targetBytes) {
    List<RecordRange> ranges = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      ranges.addAll(RecordRange.split(files.get(i), names.get(i), targetBytes));
    }
    return ranges.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory readers(StructType columns) {
    SerializableConfiguration shipped = new SerializableConfiguration(conf);
    return partition -> {
      try {
        return new RecordReader((RecordRange) partition, columns, shipped.value());
      } catch (InputException e) {
        if (e.getCause() instanceof FileNotFoundException
            && shipped.value().getBoolean(IGNORE_MISSING, false)) {
          return new NoRows();
        }
        throw e;
      }
    };
  }

  /** Of a file that has gone. */
  private static final class NoRows implements PartitionReader<InternalRow> {

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public InternalRow get() {
      throw new NoSuchElementException();
    }

    @Override
    public void close() {}
  }
}
