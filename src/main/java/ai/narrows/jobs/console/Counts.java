package ai.narrows.jobs.console;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.util.QueryExecutionListener;

/**
 * How many rows a job reads, and how many of them come out, with what the model has to say: of a
 * table when it is written, of a stream in each of its batches.
 */
public final class Counts {
  private static final String IN = "in";
  private static final String OUT = "out";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String ours = "-" + UUID.randomUUID();

  /** Counts rows on their way into a model. */
  public Dataset<Row> in(Dataset<Row> images) {
    Column read = functions.count(functions.lit(1)).as(Counted.READ);
    return images.observe(images.isStreaming() ? IN : IN + ours, read);
  }

  /**
   * Counts rows on their way out.
   *
   * @param output a column that the model has made, null where it could not read the image; empty
   *     if it has made none
   * @param more what else to find out about them
   */
  public Dataset<Row> out(Dataset<Row> rows, String output, Column... more) {
    Column written = functions.count(functions.lit(1)).as(Counted.WRITTEN);
    Column[] found = new Column[more.length + 1];
    found[0] =
        functions
            .count(output.isEmpty() ? functions.lit(1) : ColumnNames.quoted(output))
            .as(Counted.MODELLED);
    System.arraycopy(more, 0, found, 1, more.length);
    return rows.observe(rows.isStreaming() ? OUT : OUT + ours, written, found);
  }

  /**
   * Writes a table, and gives what was counted of it.
   *
   * @throws IOException if the table was written, but Spark does not tell what was counted
   */
  public Counted of(SparkSession spark, Described.Doing<Exception> writing) throws Exception {
    CompletableFuture<Counted> counted = new CompletableFuture<>();
    QueryExecutionListener listener = listener(counted);
    spark.listenerManager().register(listener);
    try {
      writing.run();
      return counted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the table is written, but nobody has told how many rows it has", e);
    } finally {
      spark.listenerManager().unregister(listener);
    }
  }

  /**
   * Hears of every query that ends. A data source may write a table by several, and the rows go
   * through one of them; Spark's Observation takes the first, and may so have nothing.
   */
  private QueryExecutionListener listener(CompletableFuture<Counted> counted) {
    return new QueryExecutionListener() {
      @Override
      @SuppressWarnings("GuardedBy") // it takes the lock itself
      public void onSuccess(String function, QueryExecution query, long nanos) {
        Map<String, Row> observed = ScalaCollections.asJava(query.observedMetrics());
        Row in = observed.get(IN + ours);
        Row out = observed.get(OUT + ours);
        if (in != null && out != null) {
          counted.complete(counted(Map.of(IN, in, OUT, out)));
        }
      }

      @Override
      public void onFailure(String function, QueryExecution query, Exception failure) {}
    };
  }

  /**
   * What was counted of a stream's batch.
   *
   * @param observed as Spark tells it of the batch
   */
  public static Counted counted(Map<String, Row> observed) {
    Map<String, Object> found = new HashMap<>();
    for (Row row : observed.values()) {
      for (String name : row.schema().fieldNames()) {
        found.put(name, row.getAs(name));
      }
    }
    return new Counted(found);
  }
}
