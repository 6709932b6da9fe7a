package ai.narrows.jobs.options;

import ai.narrows.distributed.Described;
import ai.narrows.images.InputException;
import ai.narrows.images.source.CifarSource;
import ai.narrows.images.source.FilesBelow;
import ai.narrows.images.source.ImageFolderSource;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.TableFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/** Which data source reads a path: told by the user, or by what its files are called. */
public final class InputFormat {
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

  /** Those that follow paths themselves, as {@link PathName} has them. */
  private static final Set<String> OURS = Set.of("imagefolder", "idx", "cifar");

  /** Which format a mixture of files is read as. */
  private static final List<String> ORDER =
      List.of("imagefolder", "idx", "cifar", "parquet", "orc", "avro", "csv", "json");

  private static final List<String> TABLES_FIRST =
      List.of("parquet", "orc", "avro", "csv", "json", "idx", "cifar", "imagefolder");

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
   * @param progress is told of files that are left out of what is read
   * @throws InputException if a path is missing or empty, or nobody can tell the format
   */
  static String check(
      List<String> paths, String format, String option, Configuration hadoop, Progress progress) {
    TreeSet<String> formats = new TreeSet<>();
    for (String path : paths) {
      formats.add(look(path, format, option, hadoop, ORDER, Optional.of(progress)));
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
  public static Dataset<Row> table(SparkSession spark, String path) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    String format = look(path, null, null, hadoop, TABLES_FIRST, Optional.empty());
    DataSources.find(format, isOf(path, format));
    return Described.get(
        spark.sparkContext(),
        "looking at the columns of " + path,
        () ->
            format.equals("csv")
                ? CsvTable.read(spark, reader -> load(reader, format, List.of(path), hadoop))
                : load(spark.read().format(format), format, List.of(path), hadoop));
  }

  /**
   * Loads paths that are first what they say, then patterns, also where Spark would take a bracket
   * in a name for a pattern.
   */
  static Dataset<Row> load(
      DataFrameReader reader, String format, List<String> paths, Configuration hadoop) {
    if (!isOfFiles(format) || OURS.contains(format.toLowerCase(Locale.ROOT))) {
      return paths.size() == 1
          ? reader.load(paths.get(0))
          : reader.load(paths.toArray(String[]::new));
    }
    List<String> found = new ArrayList<>();
    for (String path : paths) {
      found(path, hadoop).forEach(file -> found.add(file.getPath().toString()));
    }
    DataFrameReader literal = reader.option(DataSource.GLOB_PATHS_KEY(), false);
    return found.size() == 1
        ? literal.load(found.get(0))
        : literal.load(found.toArray(String[]::new));
  }

  private static List<FileStatus> found(String name, Configuration hadoop) {
    try {
      List<FileStatus> found = PathName.find(name, hadoop);
      if (found.isEmpty()) {
        throw new InputException("there is no file or directory " + name);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong where Spark has no such data source. */
  static String isOf(String path, String format) {
    return String.format(
        Locale.ROOT, "%s is of the format %s, for which Spark has no data source", path, format);
  }

  /**
   * @param option by which users say the format, or null where there is none
   * @param order which of several formats it is, if files of several are there
   * @param progress is told of it
   */
  private static String look(
      String name,
      String format,
      String option,
      Configuration hadoop,
      List<String> order,
      Optional<Progress> progress) {
    try {
      FilesSeen seen = new FilesSeen();
      for (FileStatus match : found(name, hadoop)) {
        FileSystem fileSystem = match.getPath().getFileSystem(hadoop);
        if (format == null && match.isDirectory()) {
          Optional<TableFormat> table = TableFormat.at(fileSystem, match.getPath());
          if (table.isPresent()) {
            return formatOf(name, table.get());
          }
        }
        look(fileSystem, match, format, seen);
        if (format != null && seen.any()) {
          break;
        }
      }
      if (!seen.any()) {
        throw new InputException("the directory " + name + " is empty");
      }
      if (format != null) {
        return format;
      }
      String found =
          seen.first(order)
              .orElseThrow(
                  () ->
                      new InputException(
                          name
                              + " does not look like one of the formats idx, cifar, imagefolder and parquet"
                              + (option == null ? "" : ": say which with " + option)));
      if (progress.isPresent() && seen.others(found)) {
        progress.get().say(seen.inWords(name, found));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks at files; once there have been many, only for pictures among files of tables. */
  private static void look(FileSystem fileSystem, FileStatus match, String format, FilesSeen seen)
      throws IOException {
    Path root = match.getPath();
    RemoteIterator<? extends FileStatus> files =
        match.isFile()
            ? RemoteIterators.remoteIteratorFromSingleton(match)
            : FilesBelow.of(fileSystem, root);
    while (files.hasNext() && seen.goesOn()) {
      Path file = files.next().getPath();
      if (!isHidden(file, root)) {
        String found = byName(file);
        seen.add(found, file.getName());
        refuseColon(file, format == null ? found : format, fileSystem);
        if (format != null && (OURS.contains(format) || !(fileSystem instanceof LocalFileSystem))) {
          return;
        }
      }
    }
  }

  /** Hadoop wants checksum files beside local files, which it cannot name then. */
  private static void refuseColon(Path file, String format, FileSystem fileSystem) {
    if (format != null
        && !OURS.contains(format.toLowerCase(Locale.ROOT))
        && file.getName().indexOf(':') >= 0
        && fileSystem instanceof LocalFileSystem) {
      throw new InputException(
          "%s cannot be read: Spark reads no local %s file with a colon in its name; rename it"
              .formatted(file, format));
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
      if (PathName.isHidden(p.getName())) {
        return true;
      }
    }
    return false;
  }
}
