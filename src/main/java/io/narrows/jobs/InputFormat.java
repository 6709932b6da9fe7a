package io.narrows.jobs;

import io.narrows.distributed.Described;
import io.narrows.images.CifarSource;
import io.narrows.images.ImageFolderSource;
import io.narrows.images.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Which data source reads a path: told by the user, or by what its files are called. */
final class InputFormat {
  private static final Pattern IDX = Pattern.compile(".*(ubyte|idx[1-9]?)(\\.gz)?");
  private static final Pattern TABLE =
      Pattern.compile(".*\\.(parquet|orc|avro|csv|json)(\\.[a-z0-9]+)?");

  /** Data sources that read files, of those that users name. */
  private static final Set<String> OF_FILES =
      Set.of(
          "idx",
          "cifar",
          "imagefolder",
          "image",
          "binaryfile",
          "parquet",
          "orc",
          "csv",
          "json",
          "text",
          "avro");

  /** A directory's kind shows in its first files; a tree of millions is not listed for it. */
  private static final int FILES_LOOKED_AT = 1000;

  private InputFormat() {}

  /**
   * Whether what a data source reads are files. Of others (a table, jdbc, a connector) nobody but
   * the source knows what its input is called.
   *
   * @param format what the user says, or null
   */
  static boolean isOfFiles(String format) {
    return format == null || OF_FILES.contains(format.toLowerCase(Locale.ROOT));
  }

  /**
   * The data source for all paths.
   *
   * @param format what the user says, or null
   * @param option by which users say it, or null where there is none
   * @throws InputException if a path is missing or empty, or nobody can tell the format
   */
  static String check(List<String> paths, String format, String option, Configuration hadoop) {
    TreeSet<String> formats = new TreeSet<>();
    for (String path : paths) {
      formats.add(look(path, format, option, hadoop));
    }
    if (formats.size() > 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the input mixes the formats %s: give one of them with %s, or run the job once for each",
              String.join(" and ", formats),
              option));
    }
    return formats.first();
  }

  /** A table that a job has written, or one like it. */
  static Dataset<Row> table(SparkSession spark, String path) {
    String format = check(List.of(path), null, null, spark.sessionState().newHadoopConf());
    DataSources.find(format, isOf(path, format));
    DataFrameReader reader = spark.read().format(format);
    if (format.equals("csv")) {
      reader = reader.option("header", true).option("inferSchema", true);
    }
    DataFrameReader table = reader;
    return Described.get(
        spark.sparkContext(), "looking at the columns of " + path, () -> table.load(path));
  }

  /** What is wrong where Spark has no such data source. */
  static String isOf(String path, String format) {
    return String.format(
        Locale.ROOT, "%s is of the format %s, for which Spark has no data source", path, format);
  }

  private static String look(String name, String format, String option, Configuration hadoop) {
    try {
      Path path = new Path(name);
      FileSystem fileSystem = path.getFileSystem(hadoop);
      FileStatus[] matches = fileSystem.globStatus(path);
      if (matches == null || matches.length == 0) {
        throw new InputException("there is no file or directory " + name);
      }
      boolean anyFile = false;
      for (FileStatus match : matches) {
        if (format == null && match.isDirectory()) {
          Optional<TableFormat> table = TableFormat.at(fileSystem, match.getPath());
          if (table.isPresent()) {
            return formatOf(name, table.get());
          }
        }
        int looked = 0;
        RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(match.getPath(), true);
        while (files.hasNext() && looked < FILES_LOOKED_AT) {
          Path file = files.next().getPath();
          if (isHidden(file, match.getPath())) {
            continue;
          }
          looked++;
          anyFile = true;
          String found = format != null ? format : byName(file);
          if (found != null) {
            return found;
          }
        }
      }
      throw new InputException(
          anyFile
              ? name
                  + " does not look like one of the formats idx, cifar, imagefolder and parquet"
                  + (option == null ? "" : ": say which with " + option)
              : "the directory " + name + " is empty");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Delta's tables are called by their paths, Iceberg's by what a catalog calls them. */
  private static String formatOf(String name, TableFormat table) {
    return switch (table) {
      case DELTA -> "delta";
      case ICEBERG ->
          throw new InputException(
              String.format(
                  Locale.ROOT,
                  "%s is a table of Iceberg: give its name in a catalog, with the format table",
                  name));
    };
  }

  private static String byName(Path file) {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (IDX.matcher(name).matches()) {
      return "idx";
    }
    if (CifarSource.accepts(name)) {
      return "cifar";
    }
    if (ImageFolderSource.accepts(name)) {
      return "imagefolder";
    }
    var table = TABLE.matcher(name);
    return table.matches() ? table.group(1) : null;
  }

  /**
   * Whether Spark would skip the file: its name, or that of a folder on the way to it, begins so.
   */
  private static boolean isHidden(Path file, Path root) {
    for (Path p = file; p != null && !p.equals(root); p = p.getParent()) {
      String name = p.getName();
      if (name.startsWith(".") || (name.startsWith("_") && !name.contains("="))) {
        return true;
      }
    }
    return false;
  }
}
