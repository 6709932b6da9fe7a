package ai.narrows.ml;

import ai.narrows.distributed.Checkpoints;
import ai.narrows.distributed.Described;
import ai.narrows.distributed.Device;
import ai.narrows.distributed.DistributedTrainer;
import ai.narrows.distributed.Shards;
import ai.narrows.distributed.TrainingScores;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.FieldPath;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.images.source.PassedOver;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreChoice;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.train.Averaging;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingResult;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
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
        E extends AutoencoderEstimator<E, M>, M extends AutoencoderModelBase<M>>
    extends Estimator<M> implements TrainingSetters<E>, DefaultParamsWritable
    permits Autoencoder, VariationalAutoencoder {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(AutoencoderEstimator.class);

  private final String uid;
  private transient ScoringParamSet scoring;
  private transient TrainingParamSet training;
  private TrainingListener listener = TrainingListener.NONE;
  private final Set<String> tried = new HashSet<>(); // params that a ParamMap has set

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
  public final String explainParam(Param<?> param) {
    return Explanation.of(this, param);
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    Settings.check(this, latent());
    Effects.check(this, latent(), tried);
    pixelColumn(schema);
    checkEncoding(schema);
    return Columns.outputSchema(this, schema);
  }

  /** Only a binary column is read as inputEncoding says, only numbers have a range. */
  private void checkEncoding(StructType schema) {
    DataType type = FieldPath.need(schema, getImageCol()).type();
    boolean raw = InputEncoding.of(getInputEncoding()) != InputEncoding.ENCODED;
    if (raw && isSet(inputEncoding()) && !PixelColumn.holdsBytes(type)) {
      throw new ParamException(
          Message.of(
              "%s has no effect without a binary column of images: column '%s' is of type %s",
              Message.param("inputEncoding", getInputEncoding()),
              getImageCol(),
              type.catalogString()));
    }
    for (DoubleParam end : List.of(inputMin(), inputMax())) {
      if (isSet(end) && !PixelColumn.holdsNumbers(type)) {
        throw new ParamException(
            Message.of(
                "%s has no effect without a column of vectors or arrays: column '%s' is of type %s",
                Message.param(end.name(), getOrDefault(end)), getImageCol(), type.catalogString()));
      }
    }
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

  private HandleInvalid handling() {
    return HandleInvalid.of(getHandleInvalid());
  }

  private PixelColumn pixelColumn(StructType schema) {
    return PixelColumn.of(
            schema,
            getImageCol(),
            preprocessing(),
            InputEncoding.of(getInputEncoding()),
            inputRange())
        .cut(Settings.patches(this));
  }

  private Preprocessing preprocessing() {
    return new Preprocessing(getHeight(), getWidth(), getChannels());
  }

  /**
   * Trains a model.
   *
   * @throws InputException if the images cannot be used as they are; nothing has been trained then
   * @throws IllegalArgumentException if a param's value cannot be used
   * @throws ai.narrows.train.TrainingException if a shard fails as often as Spark tries it, or
   *     training diverges
   */
  @Override
  public final M fit(Dataset<?> dataset) {
    long begin = System.nanoTime();
    transformSchema(dataset.schema());
    Effects.missing(this, latent()).values().forEach(told -> LOG.warn("{}", told));
    Device.check(dataset.sparkSession().sparkContext().getConf());
    Checkpoints checkpoints = Settings.checkpoints(this, dataset.sparkSession());
    Dataset<Row> images = imagesOf(dataset);
    PixelColumn column = pixelColumn(images.schema());
    ImageShape shape = firstShape(images, column);
    Architecture plain = Settings.architecture(this, latent(), shape);
    Settings.options(this, latent(), shape, 1); // checks what hangs on the shape, too
    ErrorSmoothing smoothing = Settings.errorSmoothing(getErrorSmoothing(), shape);
    Optional<ModelData> init = Settings.initModel(this, plain, dataset.sparkSession());
    float[] start =
        init.map(ModelData::parameters)
            .orElseGet(() -> plain.initialParameters(getSeed(), getSigma()));
    Shards.Options dealing =
        new Shards.Options(workers(dataset, checkpoints), getValidationFraction(), handling());
    try (Shards shards = Shards.deal(images, column, getIdCol(), shape, dealing)) {
      Architecture architecture = plain.with(Settings.standardization(this, shards, shape, init));
      TrainingOptions options = Settings.options(this, latent(), shape, shards.busyWorkers());
      DistributedTrainer trainer =
          new DistributedTrainer(shards, architecture, options, Settings.averaging(this), listener);
      TrainingResult result = trainer.fit(start, checkpoints);
      return model(
          shards,
          architecture,
          shape,
          smoothing,
          options,
          trainer.averaging(),
          result,
          PassedOver.of(dataset),
          begin);
    }
  }

  /** The model of a training: what its training rows are like after it, and where they end. */
  private M model(
      Shards shards,
      Architecture architecture,
      ImageShape shape,
      ErrorSmoothing smoothing,
      TrainingOptions options,
      Averaging averaging,
      TrainingResult result,
      PassedOver passedOver,
      long begin) {
    float[] parameters = result.state().parameters();
    try (TrainingScores scores = new TrainingScores(shards, architecture, parameters)) {
      ScoreChoice choice =
          new ScoreChoice(
              ScoreMethod.of(getScoreMethod()),
              options.objective().loss(),
              getScoreSamples(),
              options.seed());
      TrainingScores.Result scored =
          scores.of(choice, smoothing, getContamination(), getPatchQuantile());
      TrainingSummary summary =
          new TrainingSummary(
              shards.trainingRows(),
              shards.validationRows(),
              shards.skippedRows(),
              passedOver,
              shards.workers(),
              shards.device(),
              averaging.frequency(),
              averaging.outerMomentum(),
              result.bestEpoch(),
              scored.threshold(),
              (System.nanoTime() - begin) / 1e9,
              result.history(),
              Settings.values(this));
      ModelData data =
          new ModelData(
              architecture,
              parameters,
              shape,
              preprocessing(),
              Settings.patches(this),
              choice.loss(),
              choice.seed(),
              scored.statistics(),
              choice.method(),
              getPatchQuantile(),
              scored.threshold(),
              ModelData.CONTAMINATION,
              summary);
      return copyValues(newModel(data).setParent(this), new ParamMap());
    }
  }

  /** The image column and, where there is one, the id: nothing else is read. */
  private Dataset<Row> imagesOf(Dataset<?> dataset) {
    ColumnNames names = ColumnNames.of(dataset);
    Column image = names.column(getImageCol()).as(getImageCol());
    return names.path(getIdCol()).isPresent()
        ? dataset.select(image, names.column(getIdCol()).as(getIdCol()))
        : dataset.select(image);
  }

  private ImageShape firstShape(Dataset<Row> images, PixelColumn column) {
    FilterFunction<Row> valid = column::isValid;
    Dataset<Row> readable = handling() == HandleInvalid.ERROR ? images : images.filter(valid);
    SparkContext context = images.sparkSession().sparkContext();
    List<Row> first =
        Described.get(context, "looking at the first image", () -> readable.takeAsList(1));
    if (first.isEmpty()) {
      boolean none = Described.get(context, "looking for any image", images::isEmpty);
      throw new InputException(
          none
              ? "there are no images to train on"
              : "there are no images to train on: no row has one that can be read"
                  + firstReason(images, column));
    }
    return Columns.named(first.get(0), getIdCol(), column::inputShapeOf);
  }

  /** Why the first image cannot be read. */
  private String firstReason(Dataset<Row> images, PixelColumn column) {
    try {
      Columns.named(images.first(), getIdCol(), column::inputShapeOf);
      return "";
    } catch (InputException e) {
      return "; " + e.getMessage();
    }
  }

  /** As asked; else as many as the training had that is gone on with; else one per task slot. */
  private int workers(Dataset<?> dataset, Checkpoints checkpoints) {
    return getNumWorkers() > 0
        ? getNumWorkers()
        : checkpoints
            .workers()
            .orElseGet(() -> dataset.sparkSession().sparkContext().defaultParallelism());
  }
}
