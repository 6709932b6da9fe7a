package io.narrows.ml;

import io.narrows.distributed.Device;
import io.narrows.distributed.TaskNetworks;
import io.narrows.images.HandleInvalid;
import io.narrows.images.InputException;
import io.narrows.images.InvalidImageException;
import io.narrows.nn.Architecture;
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
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.reflect.ClassTag$;

/**
 * Rows through a model's network, a batch at a time as they are asked for: each row comes out with
 * columns appended to it. A task borrows a network, which goes back when the rows or the task end.
 */
abstract class NetworkPass implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;
  private static final int NONE = -1;

  private final Architecture architecture;
  private final Broadcast<float[]> parameters;
  private final String what;
  private final int idIndex;
  private final HandleInvalid invalid;

  /**
   * A pass of a model over rows of a schema.
   *
   * @param what stands in a row, for messages
   * @throws InputException if the session asks for GPUs and this build can do without them only
   */
  NetworkPass(AutoencoderModelBase<?> model, SparkSession session, StructType schema, String what) {
    Device.check(session.sparkContext().getConf());
    ModelData data = model.data();
    this.what = what;
    this.idIndex = Columns.index(schema, model.getIdCol());
    this.invalid = HandleInvalid.of(model.getHandleInvalid());
    this.architecture = data.architecture();
    this.parameters =
        session
            .sparkContext()
            .broadcast(data.parameters(), ClassTag$.MODULE$.<float[]>apply(float[].class));
  }

  /** What one task holds of the batch at hand. */
  interface Batch {
    /**
     * Takes a row in as the batch's row {@code index}.
     *
     * @throws InputException if it cannot; the message goes on from the row's name
     */
    void read(Row row, int index);

    /** Computes what the first {@code rows} rows, all taken in, give. */
    void run(int rows);

    /** Number of columns appended. */
    int columns();

    /**
     * Puts what the batch's row {@code index} has given into {@code values} from {@code from} on.
     */
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
    private final List<Row> rows = new ArrayList<>();
    private final int[] places; // [capacity] of the rows in the batch, NONE if invalid
    private int next;

    Batches(Iterator<Row> input) {
      this.input = input;
      lease = TaskNetworks.borrow(architecture);
      places = new int[lease.item().capacity()];
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
      while (next == rows.size()) { // again where all of a batch were left out
        if (!input.hasNext()) {
          lease.close();
          return false;
        }
        fill();
      }
      return true;
    }

    private void fill() {
      rows.clear();
      next = 0;
      int read = 0;
      while (rows.size() < places.length && input.hasNext()) {
        Row row = input.next();
        boolean valid = read(row, read);
        if (valid || invalid == HandleInvalid.KEEP) {
          places[rows.size()] = valid ? read++ : NONE;
          rows.add(row);
        }
      }
      if (read > 0) {
        batch.run(read);
      }
    }

    private boolean read(Row row, int index) {
      try {
        batch.read(row, index);
        return true;
      } catch (InputException e) {
        if (e instanceof InvalidImageException && invalid != HandleInvalid.ERROR) {
          return false;
        }
        throw Columns.named(what, row, idIndex, e);
      }
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
      int place = places[next++];
      if (place != NONE) {
        batch.write(place, values, row.length());
      }
      return RowFactory.create(values);
    }
  }
}
