package io.narrows.ml;

import io.narrows.images.ImageRows;
import io.narrows.images.ImageShape;
import io.narrows.images.PixelColumn;
import io.narrows.nn.Network;
import io.narrows.nn.Scoring;
import java.io.Serializable;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Appends a model's outputs to rows; only what has a column is computed. */
final class Scorer extends NetworkPass {
  private static final long serialVersionUID = 1L;

  private final PixelColumn column;
  private final ImageShape shape;
  private final Outputs outputs;
  private final Scoring scoring;

  /** Which outputs are wanted, in the order of their columns. */
  private record Outputs(
      boolean error,
      boolean score,
      boolean prediction,
      boolean latent,
      boolean variance,
      boolean reconstruction,
      boolean errorMap,
      double threshold)
      implements Serializable {

    boolean measures() {
      return error || score || prediction;
    }

    boolean rebuilds() {
      return reconstruction || errorMap;
    }

    int columns() {
      int count = 0;
      for (boolean wanted :
          new boolean[] {error, score, prediction, latent, variance, reconstruction, errorMap}) {
        count += wanted ? 1 : 0;
      }
      return count;
    }
  }

  /** A scorer of a model for rows of a schema. */
  Scorer(AutoencoderModelBase<?> model, SparkSession session, StructType schema) {
    super(model, session, schema, "image");
    this.column = model.pixelColumn(schema);
    this.shape = model.imageShape();
    this.outputs =
        new Outputs(
            !model.getReconstructionErrorCol().isEmpty(),
            !model.getAnomalyScoreCol().isEmpty(),
            !model.getPredictionCol().isEmpty(),
            !model.getLatentCol().isEmpty(),
            !model.getLatentVarianceCol().isEmpty(),
            !model.getReconstructionCol().isEmpty(),
            !model.getErrorMapCol().isEmpty(),
            model.getThreshold());
    this.scoring =
        outputs.score || outputs.prediction ? model.scoring() : Scoring.byReconstructionError();
  }

  @Override
  Batch begin(Network network) {
    return new Scores(network);
  }

  /** The outputs of one batch after the other. */
  private final class Scores implements Batch {
    private final Network network;
    private final double[] errors;
    private final double[] scores;
    private final float[] pixels = new float[column.bytes() ? 0 : shape.size()];
    private final byte[] bytes = new byte[column.bytes() ? shape.size() : 0];
    private final float[] latents;
    private final float[] variances;
    private final float[] rebuilt;
    private final ErrorMaps maps;

    Scores(Network network) {
      this.network = network;
      int rows = network.capacity();
      errors = new double[rows];
      scores = new double[rows];
      latents = new float[outputs.latent ? rows * latentDim() : 0];
      variances = new float[outputs.variance ? rows * latentDim() : 0];
      rebuilt = new float[outputs.rebuilds() ? rows * shape.size() : 0];
      maps = new ErrorMaps(shape, outputs.errorMap ? rows : 0);
    }

    @Override
    public void read(Row row, int index) {
      if (column.bytes()) {
        column.readBytes(row, shape, bytes, 0);
        network.setRow(index, bytes, 0);
        maps.setRow(index, bytes);
      } else {
        column.readFloats(row, shape, pixels, 0);
        network.setRow(index, pixels, 0);
        maps.setRow(index, pixels);
      }
    }

    @Override
    public void run(int rows) {
      if (outputs.measures() || outputs.rebuilds()) {
        scoring.pass(network, rows, errors, scores);
      } else {
        network.encodingPass(rows);
      }
      if (outputs.latent) {
        network.copyLatent(rows, latents, 0);
      }
      if (outputs.variance) {
        network.copyLatentVariance(rows, variances, 0);
      }
      if (outputs.rebuilds()) {
        network.copyReconstruction(rows, rebuilt, 0);
      }
    }

    @Override
    public int columns() {
      return outputs.columns();
    }

    @Override
    public void write(int index, Object[] values, int from) {
      int at = from;
      if (outputs.error) {
        values[at++] = errors[index];
      }
      if (outputs.score) {
        values[at++] = scores[index];
      }
      if (outputs.prediction) {
        values[at++] = scores[index] > outputs.threshold ? 1.0 : 0.0;
      }
      if (outputs.latent) {
        values[at++] = vector(latents, index);
      }
      if (outputs.variance) {
        values[at++] = vector(variances, index);
      }
      if (outputs.reconstruction) {
        values[at++] = ImageRows.toImage(null, shape, rebuilt, index * shape.size());
      }
      if (outputs.errorMap) {
        values[at] = maps.of(index, rebuilt);
      }
    }

    private Vector vector(float[] values, int index) {
      double[] copy = new double[latentDim()];
      for (int j = 0; j < copy.length; j++) {
        copy[j] = values[index * copy.length + j];
      }
      return Vectors.dense(copy);
    }
  }
}
