package ai.narrows.jobs.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Formats whose tables are folders with a log that says which of the files count. Read as what the
 * files are, such a table has rows that were deleted and replaced.
 */
public enum TableFormat {
  /** Delta Lake. */
  DELTA("_delta_log", ".json"),

  /** Apache Iceberg. */
  ICEBERG("metadata", ".metadata.json");

  private final String folder;
  private final String ending;

  TableFormat(String folder, String ending) {
    this.folder = folder;
    this.ending = ending;
  }

  /** The format of a data source's name, if it is one of them. */
  public static Optional<TableFormat> of(String name) {
    return Stream.of(values()).filter(format -> format.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The format of the table in a folder, if there is one. */
  public static Optional<TableFormat> at(FileSystem fileSystem, Path table) throws IOException {
    for (TableFormat format : values()) {
      if (format.logsIn(fileSystem, new Path(table, format.folder))) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private boolean logsIn(FileSystem fileSystem, Path log) throws IOException {
    try {
      return fileSystem.listStatus(log, file -> file.getName().endsWith(ending)).length > 0;
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
