package io.narrows.jobs;

import io.narrows.images.ReadMode;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** How many rows a job reads, and how many of them come out, with what the model has to say. */
final class Counts {
  private static final String ROWS = "rows";
  private static final String MODELLED = "modelled";

  private final Observation before = new Observation();
  private final Observation after = new Observation();
  private final ReadMode mode;

  Counts(ReadMode mode) {
    this.mode = mode;
  }

  /** Counts rows on their way into a model. */
  Dataset<Row> in(Dataset<Row> images) {
    return images.observe(before, functions.count(functions.lit(1)).as(ROWS));
  }

  /**
   * Counts rows on their way out.
   *
   * @param output a column that the model has made, null where it could not read the image; empty
   *     if it has made none
   * @param more what else to find out about them
   */
  Dataset<Row> out(Dataset<Row> rows, String output, Column... more) {
    Column[] found = new Column[more.length + 1];
    found[0] =
        functions
            .count(output.isEmpty() ? functions.lit(1) : functions.col("`" + output + "`"))
            .as(MODELLED);
    System.arraycopy(more, 0, found, 1, more.length);
    return rows.observe(after, functions.count(functions.lit(1)).as(ROWS), found);
  }

  /** Rows that the model could read; known when they are written. */
  long modelled() throws InterruptedException {
    return found(MODELLED);
  }

  /** What else was asked, by its name. */
  long found(String name) throws InterruptedException {
    return (Long) after.getAsJava().get(name);
  }

  /** The same where the answer is a struct. */
  Row foundRow(String name) throws InterruptedException {
    return (Row) after.getAsJava().get(name);
  }

  /** In brackets, what was read, unreadable and written; nothing where no row may be unreadable. */
  String inWords() throws InterruptedException {
    if (mode == ReadMode.FAILFAST) {
      return "";
    }
    long read = (Long) before.getAsJava().get(ROWS);
    return String.format(
        Locale.ROOT,
        " (%,d read, %,d unreadable %s, %,d written)",
        read,
        read - modelled(),
        mode == ReadMode.PERMISSIVE ? "kept without" : "left out",
        found(ROWS));
  }
}
