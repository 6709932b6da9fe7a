package io.narrows.ml;

import io.narrows.images.ImageShape;
import io.narrows.images.InputException;
import io.narrows.images.PixelColumn;
import io.narrows.nn.Architecture;
import io.narrows.nn.Kernels;
import io.narrows.nn.Network;
import io.narrows.nn.Pool;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.reflect.ClassTag$;

/** Appends a model's outputs to rows, a batch at a time; only what has a column is computed. */
final class Scorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;
  private static final int BATCH = 256;
  private static final Pool<Network> NETWORKS = new Pool<>();

  private final Broadcast<float[]> parameters;
  private final Architecture architecture;
  private final PixelColumn column;
  private final ImageShape shape;
  private final int idIndex;
  private final Outputs outputs;

  /** Which outputs are wanted, in the order of their columns. */
  private record Outputs(
      boolean error,
      boolean score,
      boolean prediction,
      boolean latent,
      boolean variance,
      double threshold)
      implements Serializable {

    boolean decodes() {
      return error || score || prediction;
    }

    int columns() {
      int count = 0;
      for (boolean wanted : new boolean[] {error, score, prediction, latent, variance}) {
        count += wanted ? 1 : 0;
      }
      return count;
    }
  }

  private Scorer(
      Broadcast<float[]> parameters,
      Architecture architecture,
      PixelColumn column,
      ImageShape shape,
      int idIndex,
      Outputs outputs) {
    this.parameters = parameters;
    this.architecture = architecture;
    this.column = column;
    this.shape = shape;
    this.idIndex = idIndex;
    this.outputs = outputs;
  }

  /** A scorer of a model for rows of a schema. */
  static Scorer of(AutoencoderModelBase<?> model, SparkSession session, StructType schema) {
    ModelData data = model.data();
    Outputs outputs =
        new Outputs(
            !model.getReconstructionErrorCol().isEmpty(),
            !model.getAnomalyScoreCol().isEmpty(),
            !model.getPredictionCol().isEmpty(),
            !model.getLatentCol().isEmpty(),
            !model.getLatentVarianceCol().isEmpty(),
            model.getThreshold());
    return new Scorer(
        session
            .sparkContext()
            .broadcast(data.parameters(), ClassTag$.MODULE$.<float[]>apply(float[].class)),
        data.architecture(),
        model.pixelColumn(schema),
        data.shape(),
        Arrays.asList(schema.fieldNames()).indexOf(model.getIdCol()),
        outputs);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return rows.hasNext() ? new Scored(rows) : rows;
  }

  /**
   * Scores batch after batch as rows are asked for; the network goes back when the rows or the task
   * end.
   */
  private final class Scored implements Iterator<Row> {
    private final Iterator<Row> input;
    private final Pool.Lease<Network> lease;
    private final List<Row> batch = new ArrayList<>(BATCH);
    private final double[] errors = new double[BATCH];
    private final float[] pixels = new float[column.bytes() ? 0 : shape.size()];
    private final byte[] bytes = new byte[column.bytes() ? shape.size() : 0];
    private final float[] latents =
        new float[outputs.latent ? BATCH * architecture.latentDim() : 0];
    private final float[] variances =
        new float[outputs.variance ? BATCH * architecture.latentDim() : 0];
    private int next;

    Scored(Iterator<Row> input) {
      this.input = input;
      lease =
          NETWORKS.borrow(
              architecture, () -> Network.forInference(architecture, Kernels.cpu(), BATCH));
      TaskContext task = TaskContext.get();
      if (task != null) {
        TaskCompletionListener giveBack = context -> lease.close();
        task.addTaskCompletionListener(giveBack);
      }
      lease.item().setParameters(parameters.value());
    }

    @Override
    public boolean hasNext() {
      if (next < batch.size()) {
        return true;
      }
      if (!input.hasNext()) {
        lease.close();
        return false;
      }
      scoreBatch();
      return true;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return withOutputs(batch.get(next), next++);
    }

    private void scoreBatch() {
      Network network = lease.item();
      batch.clear();
      next = 0;
      while (batch.size() < BATCH && input.hasNext()) {
        Row row = input.next();
        read(row, network, batch.size());
        batch.add(row);
      }
      int rows = batch.size();
      if (outputs.decodes()) {
        network.reconstructionPass(rows, errors);
      } else {
        network.encodingPass(rows);
      }
      if (outputs.latent) {
        network.copyLatent(rows, latents, 0);
      }
      if (outputs.variance) {
        network.copyLatentVariance(rows, variances, 0);
      }
    }

    private void read(Row row, Network network, int index) {
      try {
        if (column.bytes()) {
          column.readBytes(row, shape, bytes, 0);
          network.setRow(index, bytes, 0);
        } else {
          column.readFloats(row, shape, pixels, 0);
          network.setRow(index, pixels, 0);
        }
      } catch (InputException e) {
        throw Columns.named(row, idIndex, e);
      }
    }

    private Row withOutputs(Row row, int index) {
      int at = row.length();
      Object[] values = new Object[at + outputs.columns()];
      for (int i = 0; i < at; i++) {
        values[i] = row.get(i);
      }
      if (outputs.error) {
        values[at++] = errors[index];
      }
      if (outputs.score) {
        values[at++] = errors[index];
      }
      if (outputs.prediction) {
        values[at++] = errors[index] > outputs.threshold ? 1.0 : 0.0;
      }
      if (outputs.latent) {
        values[at++] = vector(latents, index);
      }
      if (outputs.variance) {
        values[at] = vector(variances, index);
      }
      return RowFactory.create(values);
    }

    private Vector vector(float[] values, int index) {
      int k = architecture.latentDim();
      double[] copy = new double[k];
      for (int j = 0; j < k; j++) {
        copy[j] = values[index * k + j];
      }
      return Vectors.dense(copy);
    }
  }
}
