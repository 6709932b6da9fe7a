package ai.narrows.jobs.console;

import ai.narrows.images.source.ReadMode;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * What {@link Counts} has counted.
 *
 * @param found numbers and else by their names
 */
public record Counted(Map<String, Object> found) {
  static final String READ = "read";
  static final String MODELLED = "modelled";
  static final String WRITTEN = "written";

  /** Rows that the model could read. */
  public long modelled() {
    return number(MODELLED);
  }

  /** Rows on their way into the model; 0 where none have come. */
  public long read() {
    return found.containsKey(READ) ? number(READ) : 0;
  }

  /** What else was asked, by its name. */
  public long number(String name) {
    return (Long) found.get(name);
  }

  /** The same where the answer is a struct. */
  public Row row(String name) {
    return (Row) found.get(name);
  }

  /** In brackets, what was read, unreadable and written; nothing where no row may be unreadable. */
  public String inWords(ReadMode mode) {
    if (mode == ReadMode.FAILFAST) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        " (%,d read, %,d unreadable %s, %,d written)",
        read(),
        read() - modelled(),
        mode == ReadMode.PERMISSIVE ? "kept without" : "left out",
        number(WRITTEN));
  }
}
