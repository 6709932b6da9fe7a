package io.narrows.jobs;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * How many rows a job reads, and how many of them come out, with what the model has to say: of a
 * table when it is written, of a stream in each of its batches.
 */
final class Counts {
  private static final String IN = "in";
  private static final String OUT = "out";

  private final Observation before = new Observation();
  private final Observation after = new Observation();

  /** Counts rows on their way into a model. */
  Dataset<Row> in(Dataset<Row> images) {
    Column read = functions.count(functions.lit(1)).as(Counted.READ);
    return images.isStreaming() ? images.observe(IN, read) : images.observe(before, read);
  }

  /**
   * Counts rows on their way out.
   *
   * @param output a column that the model has made, null where it could not read the image; empty
   *     if it has made none
   * @param more what else to find out about them
   */
  Dataset<Row> out(Dataset<Row> rows, String output, Column... more) {
    Column written = functions.count(functions.lit(1)).as(Counted.WRITTEN);
    Column[] found = new Column[more.length + 1];
    found[0] =
        functions
            .count(output.isEmpty() ? functions.lit(1) : functions.col("`" + output + "`"))
            .as(Counted.MODELLED);
    System.arraycopy(more, 0, found, 1, more.length);
    return rows.isStreaming()
        ? rows.observe(OUT, written, found)
        : rows.observe(after, written, found);
  }

  /** What was counted of a table; known when it is written. */
  Counted counted() throws InterruptedException {
    Map<String, Object> found = new HashMap<>(before.getAsJava());
    found.putAll(after.getAsJava());
    return new Counted(found);
  }

  /**
   * What was counted of a stream's batch.
   *
   * @param observed as Spark tells it of the batch
   */
  static Counted counted(Map<String, Row> observed) {
    Map<String, Object> found = new HashMap<>();
    for (Row row : observed.values()) {
      for (String name : row.schema().fieldNames()) {
        found.put(name, row.getAs(name));
      }
    }
    return new Counted(found);
  }
}
