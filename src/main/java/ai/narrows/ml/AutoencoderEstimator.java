package ai.narrows.ml;

import ai.narrows.compat.SupportedSpark;
import ai.narrows.distributed.Checkpoints;
import ai.narrows.distributed.Device;
import ai.narrows.distributed.DistributedTrainer;
import ai.narrows.distributed.Shards;
import ai.narrows.distributed.TaskCores;
import ai.narrows.distributed.TrainingScores;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.images.source.PassedOver;
import ai.narrows.ml.metrics.Calibration;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.Effects;
import ai.narrows.ml.params.EstimatorParams;
import ai.narrows.ml.params.Explanation;
import ai.narrows.ml.params.ParamSet;
import ai.narrows.ml.persistence.InputSpec;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.ml.persistence.Threshold;
import ai.narrows.ml.summary.ImageReading;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.Provenance;
import ai.narrows.ml.summary.ThresholdOrigin;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.train.Averaging;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both estimators share: from a DataFrame of images to a fitted model, trained by distributed
 * SGD with parameter averaging.
 *
 * @param <E> the estimator itself, so that setters chain
 * @param <M> its model
 */
public abstract sealed class AutoencoderEstimator<
        E extends AutoencoderEstimator<E, M>, M extends FittedAutoencoder<M>>
    extends Estimator<M> implements EstimatorParams<E>, DefaultParamsWritable
    permits Autoencoder, VariationalAutoencoder {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(AutoencoderEstimator.class);

  private final String uid;
  private transient ParamSet<E> params;
  private TrainingListener listener = TrainingListener.NONE;
  private ImageSource source; // null where nobody has said it
  private ImageReading reading = ImageReading.DEFAULT;
  private final Set<String> tried = new HashSet<>(); // params that a ParamMap has set

  AutoencoderEstimator(String uid) {
    SupportedSpark.check();
    this.uid = uid;
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final ParamSet<E> paramSet() {
    if (params == null) {
      params =
          new ParamSet<>(
              self(),
              latent() == Architecture.Latent.GAUSSIAN
                  ? Definitions.variationalAutoencoder()
                  : Definitions.autoencoder());
    }
    return params;
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

  /**
   * Says where the images come from, for the {@link ai.narrows.ml.summary.Provenance} of models:
   * otherwise it is what their DataFrame says of itself. Not a param, neither copied nor saved.
   */
  public final E setImageSource(ImageSource images) {
    this.source = images;
    return self();
  }

  /**
   * The same, of images that were read otherwise than by default.
   *
   * @param reading how they were read
   */
  public final E setImageSource(ImageSource images, ImageReading reading) {
    this.reading = reading;
    return setImageSource(images);
  }

  final TrainingListener listener() {
    return listener;
  }

  @Override
  public final String explainParam(Param<?> param) {
    return Explanation.of(this, param);
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    paramSet().check();
    FitPlan.of(this, latent(), expectedShape());
    Effects.check(this, latent(), tried);
    pixelColumn(schema, preprocessing(), patches());
    checkImageColumn(schema, name -> isSet(getParam(name)));
    return Columns.outputSchema(this, schema);
  }

  /** Remembers of a copy which of its params come from a map, such as one of a grid. */
  final E varied(E copy, ParamMap extra) {
    Set<String> names = ((AutoencoderEstimator<?, ?>) copy).tried;
    names.addAll(tried);
    for (Param<?> param : params()) {
      if (extra.contains(param)) {
        names.add(param.name());
      }
    }
    return copy;
  }

  /**
   * Trains a model.
   *
   * @throws ai.narrows.images.InputException if the images cannot be used as they are; nothing has
   *     been trained then
   * @throws IllegalArgumentException if a param's value cannot be used
   * @throws ai.narrows.train.TrainingException if a shard fails as often as Spark tries it, or
   *     training diverges
   */
  @Override
  public final M fit(Dataset<?> dataset) {
    long begin = System.nanoTime();
    SparkSession session = dataset.sparkSession();
    transformSchema(dataset.schema());
    warnOfParamsWithoutEffect();
    Device.check(session.sparkContext().getConf());
    Kernels.cpu(); // what the driver cannot load shows before hours of work
    Checkpoints checkpoints = checkpoints(session.sessionState().newHadoopConf());
    LoadedBackbone loaded = loadBackbone(session.sessionState().newHadoopConf());
    Optional<ModelData> init = FitPlan.initModel(this, session);
    TrainingImages images =
        TrainingImages.of(dataset, this, init.map(ModelData::backbone).orElse(loaded));
    FitPlan plan = FitPlan.of(this, latent(), images.firstShape());
    init.ifPresent(model -> plan.checkInit(model, loaded));
    float[] start = plan.start(init);
    int threads = threads(session, checkpoints);
    try (Shards shards =
        images.deal(
            plan.shape(),
            workers(session, checkpoints, threads),
            getValidationFraction(),
            getCalibrationFraction())) {
      Architecture architecture = plan.architecture(shards, init);
      DistributedTrainer trainer =
          new DistributedTrainer(
              shards,
              architecture,
              plan.options(shards.busyWorkers(), threads),
              plan.averaging(),
              listener);
      TrainingResult result = trainer.fit(start, checkpoints);
      LoadedBackbone backbone =
          shards.features().map(f -> loaded.with(f.spec())).orElse(LoadedBackbone.NONE);
      InputSpec input = new InputSpec(plan.shape(), images.preprocessing(), plan.patches());
      Finished finished =
          new Finished(
              architecture, trainer.averaging(), threads, result, input, backbone, dataset, begin);
      return model(plan, shards, finished);
    }
  }

  private void warnOfParamsWithoutEffect() {
    Effects.missing(this, latent()).values().forEach(told -> LOG.warn("{}", told));
  }

  /**
   * What a training has come to.
   *
   * @param architecture of the network, with its standardization
   * @param averaging as it was done
   * @param threads of each worker
   * @param input what the network takes
   * @param backbone whose features it takes, with their scale
   * @param images that were trained on
   * @param begin of the fit, in nanoseconds
   */
  private record Finished(
      Architecture architecture,
      Averaging averaging,
      int threads,
      TrainingResult result,
      InputSpec input,
      LoadedBackbone backbone,
      Dataset<?> images,
      long begin) {}

  /** The model of a training: what its training rows are like after it, and where they end. */
  private M model(FitPlan plan, Shards shards, Finished training) {
    Architecture architecture = training.architecture();
    TrainingResult result = training.result();
    float[] parameters = result.state().parameters();
    try (TrainingScores scores = new TrainingScores(shards, architecture, parameters)) {
      TrainingScores.Result scored =
          scores.of(plan.choice(), plan.smoothing(), plan.contamination(), plan.patchQuantile());
      Calibration calibration = calibration(scored.threshold(), plan.contamination());
      TrainingSummary summary =
          new TrainingSummary(
              shards.trainingRows(),
              shards.validationRows(),
              shards.calibrationRows(),
              shards.skippedRows(),
              PassedOver.of(training.images()),
              shards.workers(),
              training.averaging().frequency(),
              training.averaging().outerMomentum(),
              result.bestEpoch(),
              scored.threshold().value(),
              calibration,
              (System.nanoTime() - training.begin()) / 1e9,
              result.history(),
              resolved(training.threads()),
              Provenance.here(
                  training.images().sparkSession().version(),
                  scored.library(),
                  shards.device(),
                  source == null ? ImageSource.of(training.images()) : source,
                  reading,
                  shards.fingerprint(),
                  plan.choice().seed()));
      ModelData data =
          new ModelData(
              architecture,
              parameters,
              training.input(),
              plan.choice().loss(),
              plan.choice().seed(),
              scored.statistics(),
              new Threshold(
                  plan.choice().method(),
                  plan.patchQuantile(),
                  scored.threshold().value(),
                  ThresholdOrigin.contamination(calibration)),
              summary,
              training.backbone());
      M model = copyValues(newModel(data).setParent(this), new ParamMap());
      return model.setPixelThreshold(scored.pixels().threshold(getPixelContamination()));
    }
  }

  /** What a threshold rests on; tells where that is too little. */
  private static Calibration calibration(TrainingScores.Quantile threshold, double contamination) {
    Calibration calibration =
        new Calibration(
            threshold.rows().name().toLowerCase(Locale.ROOT), threshold.images(), contamination);
    calibration.shortfall(CONTAMINATION.name()).ifPresent(told -> LOG.warn("{}", told));
    return calibration;
  }

  /** The params, with the number of threads that the training's bits depend on. */
  private Map<String, String> resolved(int threads) {
    Map<String, String> values = new HashMap<>(paramSet().values());
    values.put(THREADS_PER_WORKER.name(), Integer.toString(threads));
    return values;
  }

  /** The param; else the number of the training that is resumed; else the cores of a task. */
  private int threads(SparkSession session, Checkpoints checkpoints) {
    SparkConf conf = session.sparkContext().getConf();
    return getThreadsPerWorker() > 0
        ? TaskCores.checked(conf, getThreadsPerWorker())
        : checkpoints.threads().orElseGet(() -> TaskCores.of(conf));
  }

  /** The param; else the number of the training that is resumed; else one for each task slot. */
  private int workers(SparkSession session, Checkpoints checkpoints, int threads) {
    return getNumWorkers() > 0
        ? getNumWorkers()
        : checkpoints
            .workers()
            .orElseGet(() -> Math.max(1, session.sparkContext().defaultParallelism() / threads));
  }
}
