package ai.narrows.ml;

import ai.narrows.distributed.Device;
import ai.narrows.distributed.TaskNetworks;
import ai.narrows.images.FieldPath;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.nn.Pool;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoringNetwork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.reflect.ClassTag$;

/**
 * Rows through a model's network, a batch at a time as they are asked for: each row comes out with
 * columns appended to it. A row may have several parts, each of which is a row of the network; a
 * batch holds the parts of many rows, or some of those of one. A task borrows a network, which goes
 * back when the rows or the task end.
 *
 * @param <T> what becomes of a row on its way
 */
abstract class NetworkPass<T> implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final Architecture architecture;
  private final Broadcast<float[]> parameters;
  private final String what;
  private final FieldPath id; // null if there is none
  private final HandleInvalid invalid;

  /**
   * A pass of a model over rows of a schema.
   *
   * @param what stands in a row, for messages
   * @throws InputException if the session asks for GPUs and this build can do without them only
   */
  NetworkPass(FittedAutoencoder<?> model, SparkSession session, StructType schema, String what) {
    Device.check(session.sparkContext().getConf());
    ModelData data = model.data();
    this.what = what;
    this.id = FieldPath.find(schema, model.getIdCol()).orElse(null);
    this.invalid = HandleInvalid.of(model.getHandleInvalid());
    this.architecture = data.architecture();
    this.parameters =
        session
            .sparkContext()
            .broadcast(data.parameters(), ClassTag$.MODULE$.<float[]>apply(float[].class));
  }

  /** What one task does with its rows and the batch at hand. */
  interface Batch<T> {
    /**
     * Takes a row in.
     *
     * @throws InputException if it cannot; the message goes on from the row's name
     */
    T read(Row row);

    /** How many parts a row has, at least 1. */
    int parts(T row);

    /** Makes a part of the row that was read last the batch's row {@code index}. */
    void load(T row, int part, int index);

    /** Computes what the batch's first {@code rows} rows give. */
    void run(int rows);

    /** Takes what the batch's row {@code index} has given; parts come in their order. */
    void collect(T row, int part, int index);

    /** Number of columns appended. */
    int columns();

    /**
     * Puts what a row has given into {@code values} from {@code from} on, when it has all parts.
     */
    void write(T row, Object[] values, int from);
  }

  /** Begins the work of one task, on a network that holds the model's parameters. */
  abstract Batch<T> begin(ScoringNetwork network);

  /**
   * The rows of a dataset with what this appends to them. A row encoder drops the metadata of
   * columns, so it is put back: ML attributes, comments, and which column has a stream's watermark.
   *
   * @param output the dataset's columns and those that are appended
   */
  final Dataset<Row> over(Dataset<?> dataset, StructType output) {
    return Columns.described(dataset.toDF().mapPartitions(this, Encoders.row(output)), output);
  }

  final int latentDim() {
    return architecture.latentDim();
  }

  @Override
  public final Iterator<Row> call(Iterator<Row> rows) {
    return rows.hasNext() ? new Batches(rows) : rows;
  }

  /** A row that was read; {@code taken} is null where it cannot be. */
  private static final class Pending<T> {
    final Row row;
    final T taken;
    int left; // parts that nothing is known of yet

    Pending(Row row, T taken, int left) {
      this.row = row;
      this.taken = taken;
      this.left = left;
    }
  }

  /** A row of the batch. */
  private record Loaded<T>(Pending<T> of, int part) {}

  /** Batch after batch. */
  private final class Batches implements Iterator<Row> {
    private final Iterator<Row> input;
    private final Pool.Lease<ScoringNetwork> lease;
    private final Batch<T> batch;
    private final int capacity;
    private final Deque<Pending<T>> pending = new ArrayDeque<>(); // at most capacity
    private final List<Loaded<T>> loaded = new ArrayList<>(); // the same, and not yet run

    Batches(Iterator<Row> input) {
      this.input = input;
      lease = TaskNetworks.borrow(architecture);
      capacity = lease.item().network().capacity();
      TaskContext task = TaskContext.get();
      if (task != null) {
        TaskCompletionListener giveBack = context -> lease.close();
        task.addTaskCompletionListener(giveBack);
      }
      lease.item().network().setParameters(parameters.value());
      batch = begin(lease.item());
    }

    @Override
    public boolean hasNext() {
      while (pending.isEmpty() || pending.peek().left > 0) {
        if (input.hasNext()) {
          take(input.next());
        } else if (!loaded.isEmpty()) {
          run();
        } else {
          lease.close();
          return false;
        }
      }
      return true;
    }

    private void take(Row row) {
      T taken = read(row);
      if (taken == null && invalid != HandleInvalid.KEEP) {
        return;
      }
      int parts = taken == null ? 0 : batch.parts(taken);
      Pending<T> next = new Pending<>(row, taken, parts);
      pending.add(next);
      for (int part = 0; part < parts; part++) {
        batch.load(taken, part, loaded.size());
        loaded.add(new Loaded<>(next, part));
        if (loaded.size() == capacity) {
          run();
        }
      }
      if (pending.size() == capacity && !loaded.isEmpty()) {
        run();
      }
    }

    private void run() {
      batch.run(loaded.size());
      for (int i = 0; i < loaded.size(); i++) {
        Pending<T> row = loaded.get(i).of;
        batch.collect(row.taken, loaded.get(i).part, i);
        row.left--;
      }
      loaded.clear();
    }

    /** Null if there is no sound image and that is no error. */
    private T read(Row row) {
      try {
        return batch.read(row);
      } catch (InputException e) {
        if (e instanceof InvalidImageException && invalid != HandleInvalid.ERROR) {
          return null;
        }
        throw Columns.named(what, id == null ? null : id.of(row), e);
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Pending<T> done = pending.poll();
      Row row = done.row;
      Object[] values = new Object[row.length() + batch.columns()];
      for (int i = 0; i < row.length(); i++) {
        values[i] = row.get(i);
      }
      if (done.taken != null) {
        batch.write(done.taken, values, row.length());
      }
      return RowFactory.create(values);
    }
  }
}
