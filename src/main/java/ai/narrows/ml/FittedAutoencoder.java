package ai.narrows.ml;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.features.BackboneSpec;
import ai.narrows.images.features.Features;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.metrics.ConformalThreshold;
import ai.narrows.ml.onnx.OnnxFile;
import ai.narrows.ml.onnx.OnnxOptions;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.Explanation;
import ai.narrows.ml.params.ModelParams;
import ai.narrows.ml.params.ParamSet;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.ml.persistence.Threshold;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.ThresholdOrigin;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.Scoring;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What both models share: scoring, embedding, and being saved. Immutable but for its params: the
 * names of its columns, what it reads in a binary one, what becomes of unreadable ones, and the
 * threshold.
 *
 * @param <M> the model itself, so that setters chain
 */
public abstract sealed class FittedAutoencoder<M extends FittedAutoencoder<M>> extends Model<M>
    implements ModelParams<M>, MLWritable permits AutoencoderModel, VariationalAutoencoderModel {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ModelData data;
  private transient ParamSet<M> params;
  private transient Features features; // of this context
  private transient SparkContext featuresOf;

  FittedAutoencoder(String uid, ModelData data) {
    this.uid = uid;
    this.data = data;
    paramSet(); // with its defaults
    setDefaults();
  }

  /** What this model was trained to do, as the defaults of its params. */
  final void setDefaults() {
    if (data != null) {
      setDefault(scoreMethod(), data.threshold().scoreMethod().label());
      setDefault(patchQuantile(), data.threshold().patchQuantile());
      setDefault(threshold(), data.threshold().value());
      setDefault(thresholdMethod(), data.threshold().origin().method());
    }
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final ParamSet<M> paramSet() {
    if (params == null) {
      params = new ParamSet<>(self(), Definitions.model());
    }
    return params;
  }

  /** How the threshold was found, and on which images. */
  public final ThresholdOrigin thresholdOrigin() {
    ThresholdOrigin own = data.threshold().origin();
    String method = getThresholdMethod();
    return method.equals(own.method()) ? own : ThresholdOrigin.unknown(method);
  }

  /** This, as its own type. */
  abstract M self();

  /** A model of this kind with these params. */
  abstract M with(ModelData other);

  final ModelData data() {
    return data;
  }

  /**
   * Shape of what enters the network: images after preprocessing, grids of features, or patches.
   */
  public final ImageShape imageShape() {
    return data.input().shape();
  }

  /** What it does to images before they enter the network. */
  public final Preprocessing preprocessing() {
    return data.input().preprocessing();
  }

  /** How it cuts images, after preprocessing. */
  public final Patches patches() {
    return data.input().patches();
  }

  /** The network's shape. */
  public final Architecture architecture() {
    return data.architecture();
  }

  /** Width of the latent. */
  public final int latentDim() {
    return data.architecture().latentDim();
  }

  /** How training went; a loaded model knows it too. */
  public final TrainingSummary summary() {
    return data.summary();
  }

  /** True: every model has its summary, as Spark ML's own have it right after training. */
  public final boolean hasSummary() {
    return true;
  }

  /** A copy of the flat parameter vector. */
  public final float[] parameters() {
    return data.parameters().clone();
  }

  @Override
  public final String explainParam(Param<?> param) {
    return Explanation.of(this, param);
  }

  /**
   * The threshold that gives the best F1 on labelled images, which it scores. Runs a job.
   *
   * @param labelled with the column {@link #imageCol}; images that cannot be read are left out and
   *     counted, unless {@link #handleInvalid} is error
   * @param anomalous condition on them that holds for those that ought to be found
   * @throws IllegalArgumentException if there are not rows of both kinds, or the condition is
   *     neither true nor false for a row
   */
  public final BestThreshold bestThreshold(Dataset<?> labelled, Column anomalous) {
    return AnomalyMetrics.bestThreshold(
        scored(labelled, anomalous.as("anomalous")), "anomalyScore", functions.col("anomalous"));
  }

  /**
   * The threshold that a false positive rate puts among the scores of normal images, which it
   * scores. Runs a job.
   *
   * @param normal images that the model was not trained on, with the column {@link #imageCol};
   *     images that cannot be read are left out and counted, unless {@link #handleInvalid} is error
   * @param rate share of the normal images to come that may lie above the threshold, in [0, 1)
   * @throws IllegalArgumentException if the rate is out of range, or no image has a score
   */
  public final ConformalThreshold conformalThreshold(Dataset<?> normal, double rate) {
    return AnomalyMetrics.conformalThreshold(scored(normal), "anomalyScore", rate);
  }

  /** Images with their scores in the column anomalyScore, null where one cannot be read. */
  private Dataset<Row> scored(Dataset<?> images, Column... more) {
    M scorer = encoder().setLatentCol("").setAnomalyScoreCol("anomalyScore");
    if (invalidImages() != HandleInvalid.ERROR) {
      scorer.setHandleInvalid(HandleInvalid.KEEP.toString()); // so that they are counted
    }
    ColumnNames names = ColumnNames.of(images);
    List<Column> columns = new ArrayList<>(List.of(more));
    columns.add(names.column(getImageCol()).as("image"));
    if (names.path(getIdCol()).isPresent()) {
      columns.add(names.column(getIdCol()).as("id"));
    }
    return scorer
        .setImageCol("image")
        .setIdCol("id")
        .transform(images.select(columns.toArray(Column[]::new)));
  }

  /**
   * A copy of this model with the threshold that {@link #bestThreshold} finds.
   *
   * @param labelled images, which ought not to be those it was trained on
   * @param anomalous condition on them that holds for those that ought to be found
   */
  public final M withMaxF1Threshold(Dataset<?> labelled, Column anomalous) {
    return withThreshold(
        bestThreshold(labelled, anomalous),
        ThresholdOrigin.maxF1(ImageSource.of(labelled), anomalous.toString()));
  }

  /**
   * A copy of this model with the threshold that {@link #conformalThreshold} finds.
   *
   * @param normal images, which must not be those it was trained on
   * @param rate share of the normal images to come that may lie above the threshold, in [0, 1)
   */
  public final M withFalsePositiveRate(Dataset<?> normal, double rate) {
    return withThreshold(conformalThreshold(normal, rate), ImageSource.of(normal));
  }

  /** A copy of this model with a threshold that {@link #bestThreshold} has found. */
  public final M withThreshold(BestThreshold best) {
    return withThreshold(best, ThresholdOrigin.maxF1(ImageSource.UNKNOWN, ""));
  }

  /**
   * A copy of this model with a threshold that {@link #bestThreshold} has found.
   *
   * @param origin on which images, for the model to remember
   */
  public final M withThreshold(BestThreshold best, ThresholdOrigin origin) {
    return withThreshold(best.threshold(), origin);
  }

  /**
   * A copy of this model with a threshold that {@link #conformalThreshold} has found. It lies a
   * little above the score that was found, so that rounding in another scoring of the same image
   * changes no prediction.
   *
   * @param normal on which images, for the model to remember
   */
  public final M withThreshold(ConformalThreshold found, ImageSource normal) {
    double score = found.threshold();
    return withThreshold(
        score + anomalyScore().rounding(score),
        ThresholdOrigin.falsePositiveRate(normal, found.calibration()));
  }

  private M withThreshold(double value, ThresholdOrigin origin) {
    M copy = with(data.with(new Threshold(anomalyScore(), getPatchQuantile(), value, origin)));
    copy.clear(copy.threshold());
    copy.clear(copy.thresholdMethod());
    copy.setDefaults(); // Spark ML has copied this model's
    return copy;
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    if (!getLatentVarianceCol().isEmpty() && !architecture().variational()) {
      throw new ParamException(
          Message.of(
              "%s must be empty: an autoencoder's latent has no variance",
              Message.param("latentVarianceCol")));
    }
    if (!getReconstructionCol().isEmpty() && data.backbone().any()) {
      throw new ParamException(
          Message.of(
              "%s must be empty: a model with a backbone reconstructs features, not images",
              Message.param("reconstructionCol")));
    }
    checkScoring();
    checkRegions();
    pixelColumn(schema);
    return Columns.outputSchema(this, schema);
  }

  /**
   * Checks that it can score by its {@link #scoreMethod} and {@link #patchQuantile}, and that the
   * threshold is one of such scores where there are to be predictions.
   *
   * @throws IllegalArgumentException if not; the message names the params
   */
  public final void checkScoring() {
    paramSet().check();
    data.input().patches().checkQuantile(getPatchQuantile());
    boolean own = scoring().method() == data.threshold().scoreMethod();
    boolean ownQuantile = getPatchQuantile() == data.threshold().patchQuantile();
    if ((!own || !ownQuantile) && !isSet(threshold()) && !getPredictionCol().isEmpty()) {
      String changed = own ? "patchQuantile" : "scoreMethod";
      throw new ParamException(
          Message.of(
              "threshold %s was computed for %s; for %s set %s, or an empty %s",
              data.threshold().value(),
              Message.param(
                  changed,
                  own ? data.threshold().patchQuantile() : data.threshold().scoreMethod().label()),
              Message.param(changed, own ? getPatchQuantile() : getScoreMethod()),
              Message.param("threshold"),
              Message.param("predictionCol")));
    }
  }

  private void checkRegions() {
    boolean wanted = !getRegionsCol().isEmpty() || !getMaskCol().isEmpty();
    if (wanted && !isDefined(pixelThreshold())) { // of a model of an earlier version
      throw new ParamException(
          Message.of(
              "regions need a pixel threshold, which this model has none of: set %s, or train the model again",
              Message.param("pixelThreshold")));
    }
  }

  /** How it scores; checked against what it has. */
  final Scoring scoring() {
    return data.scoring(anomalyScore(), getScoreSamples());
  }

  /** The backbone whose features it works on; one whose name is empty where it takes pixels. */
  public final BackboneSpec backbone() {
    return data.backbone().spec();
  }

  /** How it reads images out of rows of a schema: what its network takes of them. */
  final PixelColumn pixelColumn(StructType schema) {
    return pixelColumn(schema, data.input().preprocessing(), data.input().patches());
  }

  /** What its tasks extract features with; none where it takes pixels. */
  final Optional<Features> features(SparkContext context) {
    if (!data.backbone().any()) {
      return Optional.empty();
    }
    if (features == null || featuresOf != context) {
      features = data.backbone().features(context);
      featuresOf = context;
    }
    return Optional.of(features);
  }

  private void checkPixels(String what) {
    if (data.backbone().any()) {
      throw new InputException(
          Message.of(
              "%s needs a model of pixels, but this one reconstructs features of the backbone %s",
              what, data.backbone().spec().name()));
    }
  }

  /**
   * Appends the output columns that have a name, in batches per partition. Lazy: it never runs a
   * job by itself. Rows whose image cannot be read are an error of the job that asks for them,
   * unless {@link #handleInvalid} says otherwise.
   *
   * <p>Where images are cut into patches, errors and scores are the {@link #patchQuantile} of the
   * patches' own, latent and latentVariance their means, reconstruction and errorMap are put
   * together of theirs, with the mean where several lie on a pixel.
   *
   * @return the input's columns, then reconstructionError, anomalyScore, prediction (double),
   *     latent and latentVariance (vectors), reconstruction and errorMap (Spark's image struct),
   *     regions (array of structs) and mask (Spark's image struct)
   */
  @Override
  public final Dataset<Row> transform(Dataset<?> dataset) {
    StructType output = transformSchema(dataset.schema());
    Scorer scorer = new Scorer(this, dataset.sparkSession(), dataset.schema());
    return scorer.over(dataset, output);
  }

  /**
   * Decodes one latent, on the caller's machine.
   *
   * @param latent of {@link #latentDim} values
   * @return [height, width, channels] in [0, 1], colours in the order blue, green, red
   */
  public final float[] decode(Vector latent) {
    checkPixels("decoding");
    checkSize(latent);
    float[] values = new float[latent.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) latent.apply(i);
    }
    return data.decode(values, 1);
  }

  /**
   * Decodes latents: appends the images that the decoder makes of the column {@link #latentCol},
   * vectors or arrays of {@link #latentDim} numbers, as column {@link #imageCol}. Lazy, in batches
   * per partition.
   *
   * @throws InputException if there is no such column, or an image column already
   */
  public final Dataset<Row> decodeLatents(Dataset<?> latents) {
    checkPixels("decoding");
    StructType output =
        Columns.append(latents.schema(), this, imageCol(), ImageRows.schema(), invalidImages());
    Decoder decoder = new Decoder(this, latents.sparkSession(), latents.schema());
    return decoder.over(latents, output);
  }

  /**
   * Images on the straight line between two latents, both ends included.
   *
   * @param steps number of images, at least 2
   * @return rows {@code id} (string, from 0), {@code position} (double, from 0 to 1), and the
   *     columns {@link #latentCol} (vector) and {@link #imageCol} (Spark's image struct)
   */
  public final Dataset<Row> interpolate(Vector from, Vector to, int steps) {
    checkSize(from);
    checkSize(to);
    return decodeLatents(Latents.between(from, to, steps, getLatentCol()));
  }

  /**
   * Images on the straight line between two images, in the latent space; the ends are those images'
   * reconstructions. Runs a job that finds and encodes them.
   *
   * @param images with the columns {@link #imageCol} and {@link #idCol}
   * @param fromId the id of one image
   * @param toId the id of another
   * @param steps number of images, at least 2
   * @return as {@link #interpolate(Vector, Vector, int)}
   * @throws InputException if an id is missing, or several rows have it
   * @throws IllegalArgumentException if this model cuts images into patches: no latent stands for a
   *     whole image then
   */
  public final Dataset<Row> interpolate(Dataset<?> images, String fromId, String toId, int steps) {
    checkPixels("interpolation");
    if (!data.input().patches().whole()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images cannot be interpolated by a model of patches: its latents make patches of %s, no images",
              data.input().shape()));
    }
    Vector[] ends = Latents.of(encoder(), images, fromId, toId);
    return interpolate(ends[0], ends[1], steps);
  }

  /** This model with its latent as the only output, which every row has. */
  private M encoder() {
    M encoder = copy(new ParamMap());
    return encoder
        .setHandleInvalid(HandleInvalid.ERROR.toString())
        .setReconstructionErrorCol("")
        .setAnomalyScoreCol("")
        .setPredictionCol("")
        .setLatentVarianceCol("")
        .setReconstructionCol("")
        .setErrorMapCol("")
        .setRegionsCol("")
        .setMaskCol("");
  }

  /**
   * This model as an ONNX file, which ONNX Runtime and others run without Spark. Its only inputs
   * are images, its outputs have the names of this model's default columns: anomalyScore,
   * prediction (where {@link #predictionCol} has a name), reconstructionError and latent, and by
   * option more. Preprocessing, score method and threshold are in it as they are set here.
   *
   * @param options what it takes and gives
   * @return the file's bytes, at most 2 GB
   * @throws InputException if the model, or what is asked for, cannot be exported
   */
  public final byte[] toOnnx(OnnxOptions options) {
    checkScoring();
    Map<String, String> regions = new TreeMap<>();
    if (isDefined(pixelThreshold())) {
      regions.put("pixelThreshold", String.valueOf(getPixelThreshold()));
      regions.put("minRegionArea", String.valueOf(getMinRegionArea()));
    }
    boolean ranged = inputRange().isPresent();
    OnnxFile.Settings settings =
        new OnnxFile.Settings(
            getClass().getSimpleName(),
            uid,
            scoring(),
            getPatchQuantile(),
            !getPredictionCol().isEmpty(),
            getThreshold(),
            thresholdOrigin().toString(),
            regions,
            ranged ? getInputMin() : 0,
            ranged ? getInputMax() : 1);
    return OnnxFile.of(data, settings, options);
  }

  /** The same with {@link OnnxOptions#DEFAULT}. */
  public final byte[] toOnnx() {
    return toOnnx(OnnxOptions.DEFAULT);
  }

  private void checkSize(Vector latent) {
    if (latent.size() != latentDim()) {
      throw new InputException(
          "the latent must have " + latentDim() + " values, but has " + latent.size());
    }
  }

  @Override
  public final MLWriter write() {
    return new ModelWriter(this);
  }

  /**
   * Loads a saved model of either kind.
   *
   * @throws ai.narrows.images.InputException if there is none, or it is damaged or of a newer
   *     format
   */
  public static FittedAutoencoder<?> load(String path) {
    return ModelReader.loadAny(path);
  }
}
