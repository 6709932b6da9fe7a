package io.narrows.ml;

import io.narrows.nn.Architecture;
import io.narrows.nn.Kernels;
import io.narrows.nn.Network;
import io.narrows.nn.Pool;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import scala.reflect.ClassTag$;

/**
 * Rows through a model's network, a batch at a time as they are asked for: each row comes out with
 * columns appended to it. A task borrows a network, which goes back when the rows or the task end.
 */
abstract class NetworkPass implements MapPartitionsFunction<Row, Row> {
  /** Rows in a batch. */
  static final int SIZE = 256;

  private static final long serialVersionUID = 1L;
  private static final Pool<Network> NETWORKS = new Pool<>();

  private final Architecture architecture;
  private final Broadcast<float[]> parameters;

  NetworkPass(ModelData data, SparkSession session) {
    this.architecture = data.architecture();
    this.parameters =
        session
            .sparkContext()
            .broadcast(data.parameters(), ClassTag$.MODULE$.<float[]>apply(float[].class));
  }

  /** What one task holds of the batch at hand. */
  interface Batch {
    /** Takes a row in as the batch's row {@code index}. */
    void read(Row row, int index);

    /** Computes what the first {@code rows} rows, all taken in, give. */
    void run(int rows);

    /** Number of columns appended. */
    int columns();

    /** Puts what row {@code index} has given into {@code values} from {@code from} on. */
    void write(int index, Object[] values, int from);
  }

  /** Begins the work of one task, on a network that holds the model's parameters. */
  abstract Batch begin(Network network);

  final int latentDim() {
    return architecture.latentDim();
  }

  @Override
  public final Iterator<Row> call(Iterator<Row> rows) {
    return rows.hasNext() ? new Batches(rows) : rows;
  }

  /** Batch after batch. */
  private final class Batches implements Iterator<Row> {
    private final Iterator<Row> input;
    private final Pool.Lease<Network> lease;
    private final Batch batch;
    private final List<Row> rows = new ArrayList<>(SIZE);
    private int next;

    Batches(Iterator<Row> input) {
      this.input = input;
      lease =
          NETWORKS.borrow(
              architecture, () -> Network.forInference(architecture, Kernels.cpu(), SIZE));
      TaskContext task = TaskContext.get();
      if (task != null) {
        TaskCompletionListener giveBack = context -> lease.close();
        task.addTaskCompletionListener(giveBack);
      }
      lease.item().setParameters(parameters.value());
      batch = begin(lease.item());
    }

    @Override
    public boolean hasNext() {
      if (next < rows.size()) {
        return true;
      }
      if (!input.hasNext()) {
        lease.close();
        return false;
      }
      fill();
      return true;
    }

    private void fill() {
      rows.clear();
      next = 0;
      while (rows.size() < SIZE && input.hasNext()) {
        Row row = input.next();
        batch.read(row, rows.size());
        rows.add(row);
      }
      batch.run(rows.size());
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = rows.get(next);
      Object[] values = new Object[row.length() + batch.columns()];
      for (int i = 0; i < row.length(); i++) {
        values[i] = row.get(i);
      }
      batch.write(next++, values, row.length());
      return RowFactory.create(values);
    }
  }
}
