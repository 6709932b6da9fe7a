package io.narrows.ml;

import io.narrows.distributed.DistributedTrainer;
import io.narrows.distributed.Shards;
import io.narrows.distributed.TrainingScores;
import io.narrows.images.ImageShape;
import io.narrows.images.InputEncoding;
import io.narrows.images.InputException;
import io.narrows.images.PixelColumn;
import io.narrows.images.Preprocessing;
import io.narrows.nn.Architecture;
import io.narrows.train.TrainingListener;
import io.narrows.train.TrainingOptions;
import io.narrows.train.TrainingResult;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What both estimators share: from a DataFrame of images to a fitted model, trained by distributed
 * SGD with parameter averaging.
 *
 * @param <E> the estimator itself, so that setters chain
 * @param <M> its model
 */
public abstract sealed class AutoencoderEstimator<
        E extends AutoencoderEstimator<E, M>, M extends AutoencoderModelBase<M>>
    extends Estimator<M> implements TrainingParams, DefaultParamsWritable
    permits Autoencoder, VariationalAutoencoder {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private transient ScoringParamSet scoring;
  private transient TrainingParamSet training;
  private TrainingListener listener = TrainingListener.NONE;

  AutoencoderEstimator(String uid) {
    this.uid = uid;
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

  @Override
  public final TrainingParamSet trainingParams() {
    if (training == null) {
      training = new TrainingParamSet(this);
    }
    return training;
  }

  /** This, as its own type. */
  abstract E self();

  /** What stands at the bottleneck. */
  abstract Architecture.Latent latent();

  /** A model of the right kind. */
  abstract M newModel(ModelData data);

  /** Who is told how training goes; not a param, neither copied into models nor saved. */
  public final E setListener(TrainingListener listener) {
    this.listener = listener;
    return self();
  }

  final TrainingListener listener() {
    return listener;
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    Settings.check(this, latent());
    pixelColumn(schema);
    return Columns.outputSchema(this, schema);
  }

  private PixelColumn pixelColumn(StructType schema) {
    return PixelColumn.of(
        schema, getImageCol(), preprocessing(), InputEncoding.of(getInputEncoding()));
  }

  private Preprocessing preprocessing() {
    return new Preprocessing(getHeight(), getWidth(), getChannels());
  }

  /**
   * Trains a model.
   *
   * @throws InputException if the images cannot be used as they are; nothing has been trained then
   * @throws IllegalArgumentException if a param's value cannot be used
   */
  @Override
  public final M fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Dataset<Row> images = imagesOf(dataset);
    PixelColumn column = pixelColumn(images.schema());
    ImageShape shape = firstShape(images, column);
    Architecture architecture = Settings.architecture(this, latent(), shape.size());
    TrainingOptions options = Settings.options(this, latent());
    float[] start = Settings.initialParameters(this, architecture);
    Shards.Options dealing = new Shards.Options(workers(dataset), getValidationFraction());
    try (Shards shards = Shards.deal(images, column, getIdCol(), shape, dealing)) {
      DistributedTrainer trainer =
          new DistributedTrainer(shards, architecture, options, getAveragingFrequency(), listener);
      TrainingResult result = trainer.fit(start);
      float[] parameters = result.state().parameters();
      double threshold =
          TrainingScores.threshold(shards, architecture, parameters, getContamination());
      TrainingSummary summary =
          new TrainingSummary(
              shards.trainingRows(),
              shards.validationRows(),
              shards.workers(),
              trainer.averagingFrequency(),
              result.bestEpoch(),
              result.history(),
              Settings.values(this));
      ModelData data =
          new ModelData(
              architecture,
              parameters,
              shape,
              preprocessing(),
              ModelData.RECONSTRUCTION_ERROR,
              threshold,
              summary);
      return copyValues(newModel(data).setParent(this), new ParamMap());
    }
  }

  /** The image column and, where there is one, the id: nothing else is read. */
  private Dataset<Row> imagesOf(Dataset<?> dataset) {
    boolean hasId = List.of(dataset.schema().fieldNames()).contains(getIdCol());
    Column image = functions.col("`" + getImageCol() + "`");
    return hasId
        ? dataset.select(image, functions.col("`" + getIdCol() + "`"))
        : dataset.select(image);
  }

  private ImageShape firstShape(Dataset<Row> images, PixelColumn column) {
    List<Row> first = images.takeAsList(1);
    if (first.isEmpty()) {
      throw new InputException("there are no images to train on");
    }
    return Columns.named(first.get(0), getIdCol(), column::shapeOf);
  }

  private int workers(Dataset<?> dataset) {
    return getNumWorkers() > 0
        ? getNumWorkers()
        : dataset.sparkSession().sparkContext().defaultParallelism();
  }

  /**
   * Sets {@link TrainingParams#hidden}: sizes of the encoder's hidden layers from the input
   * inwards; the decoder mirrors them.
   */
  public final E setHidden(int... value) {
    set(hidden(), value);
    return self();
  }

  /** Sets {@link TrainingParams#latentDim}: width of the bottleneck, at least 1. */
  public final E setLatentDim(int value) {
    set(latentDim(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#activation}: activation of the hidden layers: relu, leakyRelu, elu,
   * tanh, sigmoid, identity.
   */
  public final E setActivation(String value) {
    set(activation(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#outputActivation}: activation of the output layer; loss bce needs
   * sigmoid.
   */
  public final E setOutputActivation(String value) {
    set(outputActivation(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#loss}: mse (autoencoder), bce, or gaussian (a likelihood with fixed
   * sigma).
   */
  public final E setLoss(String value) {
    set(loss(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#sigma}: standard deviation of a pixel under loss gaussian, in units
   * of [0, 1].
   */
  public final E setSigma(double value) {
    set(sigma(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#beta}: weight of the divergence from the prior in a variational
   * autoencoder's objective.
   */
  public final E setBeta(double value) {
    set(beta(), value);
    return self();
  }

  /** Sets {@link TrainingParams#solver}: adam, momentum or sgd. */
  public final E setSolver(String value) {
    set(solver(), value);
    return self();
  }

  /** Sets {@link TrainingParams#stepSize}: highest step size. */
  public final E setStepSize(double value) {
    set(stepSize(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#momentum}: share of the velocity that stays under solver momentum,
   * in [0, 1).
   */
  public final E setMomentum(double value) {
    set(momentum(), value);
    return self();
  }

  /** Sets {@link TrainingParams#beta1}: decay of adam's first moment, in [0, 1). */
  public final E setBeta1(double value) {
    set(beta1(), value);
    return self();
  }

  /** Sets {@link TrainingParams#beta2}: decay of adam's second moment, in [0, 1). */
  public final E setBeta2(double value) {
    set(beta2(), value);
    return self();
  }

  /** Sets {@link TrainingParams#epsilon}: added to the root of adam's second moment. */
  public final E setEpsilon(double value) {
    set(epsilon(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#weightDecay}: weight decay: L2 for sgd and momentum, decoupled for
   * adam.
   */
  public final E setWeightDecay(double value) {
    set(weightDecay(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#stepSizeSchedule}: constant, step (times decayRate every
   * decayEpochs) or cosine (to 0 at the last epoch).
   */
  public final E setStepSizeSchedule(String value) {
    set(stepSizeSchedule(), value);
    return self();
  }

  /** Sets {@link TrainingParams#decayEpochs}: epochs between the falls of schedule step. */
  public final E setDecayEpochs(int value) {
    set(decayEpochs(), value);
    return self();
  }

  /** Sets {@link TrainingParams#decayRate}: factor of a fall of schedule step, in (0, 1]. */
  public final E setDecayRate(double value) {
    set(decayRate(), value);
    return self();
  }

  /** Sets {@link TrainingParams#warmupEpochs}: epochs over which the step size rises from 0. */
  public final E setWarmupEpochs(double value) {
    set(warmupEpochs(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#gradientClipNorm}: longest gradient that is not shortened, 0 for no
   * limit.
   */
  public final E setGradientClipNorm(double value) {
    set(gradientClipNorm(), value);
    return self();
  }

  /** Sets {@link TrainingParams#epochs}: passes over the training rows. */
  public final E setEpochs(int value) {
    set(epochs(), value);
    return self();
  }

  /** Sets {@link TrainingParams#batchSize}: rows of a minibatch, per worker. */
  public final E setBatchSize(int value) {
    set(batchSize(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#numWorkers}: workers that share the rows, 0 for the cluster's
   * parallelism.
   */
  public final E setNumWorkers(int value) {
    set(numWorkers(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#averagingFrequency}: minibatches between averagings, 0 for a tenth
   * of an epoch within 10 to 50.
   */
  public final E setAveragingFrequency(int value) {
    set(averagingFrequency(), value);
    return self();
  }

  /** Sets {@link TrainingParams#seed}: seed of every random stream. */
  public final E setSeed(long value) {
    set(seed(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#validationFraction}: share of the rows kept for validation, in [0,
   * 1).
   */
  public final E setValidationFraction(double value) {
    set(validationFraction(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#patience}: epochs without a better validation loss before training
   * stops, 0 to go on to the end.
   */
  public final E setPatience(int value) {
    set(patience(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#contamination}: share of the training rows held to be anomalous, in
   * [0, 1): it sets the threshold.
   */
  public final E setContamination(double value) {
    set(contamination(), value);
    return self();
  }

  /** Sets {@link TrainingParams#height}: height to resize images to, 0 to leave them. */
  public final E setHeight(int value) {
    set(height(), value);
    return self();
  }

  /** Sets {@link TrainingParams#width}: width to resize images to, 0 to leave them. */
  public final E setWidth(int value) {
    set(width(), value);
    return self();
  }

  /**
   * Sets {@link TrainingParams#channels}: 1 for grey, 3 for colour, 0 to leave images as they are.
   */
  public final E setChannels(int value) {
    set(channels(), value);
    return self();
  }

  /** Sets {@link TrainingParams#initModel}: saved model to go on from, empty for a fresh start. */
  public final E setInitModel(String value) {
    set(initModel(), value);
    return self();
  }

  /** Sets {@link ScoringParams#imageCol}. */
  public final E setImageCol(String value) {
    set(imageCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#inputEncoding}: encoded or raw. */
  public final E setInputEncoding(String value) {
    set(inputEncoding(), value);
    return self();
  }

  /** Sets {@link ScoringParams#idCol}. */
  public final E setIdCol(String value) {
    set(idCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#reconstructionErrorCol}. */
  public final E setReconstructionErrorCol(String value) {
    set(reconstructionErrorCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#anomalyScoreCol}. */
  public final E setAnomalyScoreCol(String value) {
    set(anomalyScoreCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#predictionCol}. */
  public final E setPredictionCol(String value) {
    set(predictionCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#latentCol}. */
  public final E setLatentCol(String value) {
    set(latentCol(), value);
    return self();
  }

  /** Sets {@link ScoringParams#latentVarianceCol}. */
  public final E setLatentVarianceCol(String value) {
    set(latentVarianceCol(), value);
    return self();
  }
}
