package io.narrows.ml;

import io.narrows.images.ImageShape;
import io.narrows.images.InputEncoding;
import io.narrows.images.PixelColumn;
import io.narrows.images.Preprocessing;
import io.narrows.nn.Architecture;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What both models share: scoring, embedding, and being saved. Immutable but for its params: the
 * names of its columns, what it reads in a binary one, and the threshold.
 *
 * @param <M> the model itself, so that setters chain
 */
public abstract sealed class AutoencoderModelBase<M extends AutoencoderModelBase<M>>
    extends Model<M> implements ScoringParams, MLWritable
    permits AutoencoderModel, VariationalAutoencoderModel {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ModelData data;
  private transient ScoringParamSet scoring;
  private transient DoubleParam threshold;

  AutoencoderModelBase(String uid, ModelData data) {
    this.uid = uid;
    this.data = data;
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final ScoringParamSet scoringParams() {
    if (scoring == null) {
      scoring = new ScoringParamSet(this);
    }
    return scoring;
  }

  /** Scores above it are predicted anomalous. Default: the threshold found in training. */
  public final DoubleParam threshold() {
    if (threshold == null) {
      threshold = new DoubleParam(this, "threshold", "scores above it are predicted anomalous");
      if (data != null) {
        setDefault(threshold, data.threshold());
      }
    }
    return threshold;
  }

  /** Value of {@link #threshold}. */
  public final double getThreshold() {
    return (Double) getOrDefault(threshold());
  }

  /** Sets {@link #threshold}. */
  public final M setThreshold(double value) {
    set(threshold(), value);
    return self();
  }

  /** This, as its own type. */
  abstract M self();

  final ModelData data() {
    return data;
  }

  /** Shape of the images it was trained on, after preprocessing. */
  public final ImageShape imageShape() {
    return data.shape();
  }

  /** What it does to images before they enter the network. */
  public final Preprocessing preprocessing() {
    return data.preprocessing();
  }

  /** The network's shape. */
  public final Architecture architecture() {
    return data.architecture();
  }

  /** Width of the latent. */
  public final int latentDim() {
    return data.architecture().latentDim();
  }

  /** How training went. */
  public final TrainingSummary summary() {
    return data.summary();
  }

  /** A copy of the flat parameter vector. */
  public final float[] parameters() {
    return data.parameters().clone();
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    if (!getLatentVarianceCol().isEmpty() && !architecture().variational()) {
      throw new IllegalArgumentException(
          "latentVarianceCol must be empty: an autoencoder's latent has no variance");
    }
    pixelColumn(schema);
    return Columns.outputSchema(this, schema);
  }

  /** How it reads pixels out of rows of a schema. */
  final PixelColumn pixelColumn(StructType schema) {
    return PixelColumn.of(
        schema, getImageCol(), data.preprocessing(), InputEncoding.of(getInputEncoding()));
  }

  /**
   * Appends the output columns that have a name, in batches per partition. Lazy: it never runs a
   * job by itself.
   *
   * @return the input's columns, then reconstructionError, anomalyScore, prediction (double) and
   *     latent (vector)
   */
  @Override
  public final Dataset<Row> transform(Dataset<?> dataset) {
    StructType output = transformSchema(dataset.schema());
    Scorer scorer = Scorer.of(this, dataset.sparkSession(), dataset.schema());
    return dataset.toDF().mapPartitions(scorer, Encoders.row(output));
  }

  /**
   * Decodes one latent, on the caller's machine.
   *
   * @param latent of {@link #latentDim} values
   * @return [height, width, channels] in [0, 1], colours in the order blue, green, red
   */
  public final float[] decode(Vector latent) {
    if (latent.size() != latentDim()) {
      throw new IllegalArgumentException(
          "the latent must have " + latentDim() + " values, but has " + latent.size());
    }
    float[] values = new float[latent.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) latent.apply(i);
    }
    return data.decode(values, 1);
  }

  @Override
  public final MLWriter write() {
    return new ModelWriter(this);
  }

  /** Sets {@link ScoringParams#imageCol}. */
  public final M setImageCol(String value) {
    set(imageCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#inputEncoding}: encoded or raw. */
  public final M setInputEncoding(String value) {
    set(inputEncoding(), value);
    return self();
  }

  /** Sets {@link ScoringParams#idCol}. */
  public final M setIdCol(String value) {
    set(idCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#reconstructionErrorCol}. */
  public final M setReconstructionErrorCol(String value) {
    set(reconstructionErrorCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#anomalyScoreCol}. */
  public final M setAnomalyScoreCol(String value) {
    set(anomalyScoreCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#predictionCol}. */
  public final M setPredictionCol(String value) {
    set(predictionCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#latentCol}. */
  public final M setLatentCol(String value) {
    set(latentCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#latentVarianceCol}. */
  public final M setLatentVarianceCol(String value) {
    set(latentVarianceCol(), value);
    return self();
  }

  /**
   * Loads a saved model of either kind.
   *
   * @throws io.narrows.images.InputException if there is none, or it is damaged or of a newer
   *     format
   */
  public static AutoencoderModelBase<?> load(String path) {
    return ModelReader.loadAny(path);
  }
}
