package ai.narrows.jobs;

import ai.narrows.compat.Build;
import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Epochs;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.MlflowOptions;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.options.ScoresOptions;
import ai.narrows.jobs.options.ThresholdOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Probe;
import ai.narrows.jobs.output.Saving;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.Written;
import ai.narrows.jobs.tracking.Tracking;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.VariationalAutoencoder;
import ai.narrows.ml.params.Definition;
import ai.narrows.ml.summary.TrainingSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A model from images. */
@Command(
    name = "jobs/train",
    sortOptions = false,
    header = "Trains an autoencoder on images.",
    description =
        "%nTrains on all task slots of the Spark application by averaging parameters, and writes the model. The same"
            + " seed, data, options, workers and threads give the same model.%n")
public final class Train extends Job {
  static final String AUTOENCODER = "autoencoder";
  static final String VAE = "vae";
  private static final int AFTER_MODEL = 30;

  @Option(
      names = "--model",
      order = 1,
      paramLabel = "KIND",
      defaultValue = AUTOENCODER,
      description =
          "autoencoder, or vae for a variational autoencoder, which can also generate (default: ${DEFAULT-VALUE}).")
  String kind;

  @Mixin InputOptions input = new InputOptions();
  @Mixin ThresholdOptions threshold = new ThresholdOptions();
  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = "--report",
      order = 43,
      paramLabel = "FILE",
      description =
          "Also write an HTML page about the training, the scores of --input and some of its images, as the job report"
              + " makes it. The images are read again for it.")
  String report;

  @Mixin MlflowOptions mlflow = new MlflowOptions();

  private final Map<String, AutoencoderEstimator<?, ?>> estimators = new LinkedHashMap<>();
  private final ParamOptions params;

  Train() {
    estimators.put(AUTOENCODER, new Autoencoder());
    estimators.put(VAE, new VariationalAutoencoder());
    Map<String, List<Definition<?, ?>>> kinds = new LinkedHashMap<>();
    estimators.forEach((name, estimator) -> kinds.put(name, estimator.paramSet().definitions()));
    params = ParamOptions.of(kinds, Train::isOption);
  }

  /**
   * Images come in, and scores go out, under the standard names of all jobs, and what becomes of
   * unreadable ones is said in the words that all jobs have for it; all other params are options.
   */
  static boolean isOption(String param) {
    return !param.endsWith("Col") && !param.equals("handleInvalid");
  }

  @Override
  void addOptions(CommandSpec spec) {
    params.addTo(spec, AFTER_MODEL);
  }

  @Override
  List<Need> needs() {
    List<Need> needs = new ArrayList<>(threshold.needs());
    needs.addAll(mlflow.needs());
    needs.add(
        new Need(
            "--contamination",
            !threshold.labelled(),
            "with --threshold-input, whose images set the threshold"));
    return needs;
  }

  /** Also sets the params: what is wrong with them shows without an image. */
  @Override
  void check() {
    AutoencoderEstimator<?, ?> estimator = estimators.get(kind);
    if (estimator == null) {
      throw new InputException("--model must be autoencoder or vae, but is '" + kind + "'");
    }
    if (kind.equals(AUTOENCODER) && params.isGiven("beta")) {
      throw new InputException("--beta weighs a term that only a VAE has: it needs --model vae");
    }
    threshold.check();
    mlflow.check();
    params.applyTo(estimator);
    estimator.transformSchema(new StructType().add(InputOptions.IMAGE, likely()));
  }

  /** A type that the images may have; the true one is checked when they are read. */
  private DataType likely() {
    if (params.isGiven("inputEncoding")) {
      return DataTypes.BinaryType;
    }
    return params.isGiven("inputMin") || params.isGiven("inputMax")
        ? DataTypes.createArrayType(DataTypes.DoubleType)
        : ImageRows.schema();
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    AutoencoderEstimator<?, ?> estimator = estimators.get(kind);
    estimator.setHandleInvalid(input.handleInvalid());
    Sources sources = input.addTo(sources(spark), spark).addModel(estimator.getInitModel());
    threshold.addTo(sources, input, spark);
    try (Output out = output.open(sources, progress);
        Output page = openReport(out, sources, progress);
        Tracking tracking = mlflow.open(trackedParams(estimator), trackedTags(spark), progress)) {
      if (!estimator.getCheckpointDir().isEmpty()) {
        openCheckpoint(estimator.getCheckpointDir(), out, sources);
      }
      String rows = estimator.getPatchSize() > 0 ? "patches" : "images";
      estimator.setListener(new Epochs(progress, rows).and(tracking));
      Optional<Dataset<Row>> deciding =
          threshold.given()
              ? Optional.of(threshold.read(input, spark, progress))
              : Optional.empty();
      Dataset<Row> images = input.read(spark, progress);
      estimator.setImageSource(input.source(), input.reading());
      // The others may be called as an output is, which is no matter in training.
      FittedAutoencoder<?> model =
          estimator.fit(images.select(InputOptions.ID, InputOptions.IMAGE));
      ThresholdOptions.tell(model, "--contamination", "", progress);
      Exception failed = null; // hours of training are not lost by it
      if (deciding.isPresent()) {
        try {
          model =
              threshold.applyTo(
                  model, input, deciding.get(), estimator.getContamination(), progress);
        } catch (Exception e) {
          failed = e;
        }
      }
      new Saving(model, estimator.getCheckpointDir(), sources.hadoop()).to(out);
      tracking.saved(model, out.place());
      TrainingSummary summary = model.summary();
      progress.say(
          "Saved the %s %s for %s of %s, epoch %d of %d, threshold %.6g: %s",
          kind,
          model.architecture(),
          rows,
          model.imageShape(),
          summary.bestEpoch(),
          summary.history().size(),
          model.getThreshold(),
          output.directory);
      if (page != null) {
        model.setHandleInvalid(input.handleInvalid());
        Reporting reporting = new Reporting(model, output.directory);
        page.write(
            reporting.page(Optional.empty(), Optional.of(images), new ScoresOptions(), progress));
        page.commit();
        tracking.reported(page.place());
        progress.say("Wrote %s", report);
      }
      if (failed != null) {
        progress.say("Its threshold is that of --contamination: %s has failed", threshold.option());
        throw failed;
      }
      tracking.done();
    }
  }

  private Map<String, String> trackedParams(AutoencoderEstimator<?, ?> estimator) {
    Map<String, String> tracked = new TreeMap<>(ParamOptions.values(estimator));
    tracked.put("model", kind);
    return tracked;
  }

  private Map<String, String> trackedTags(SparkSession spark) {
    Map<String, String> tags = new TreeMap<>();
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.source.name", "jobs/train");
    tags.put("mlflow.user", spark.sparkContext().sparkUser());
    tags.put("narrows.version", Build.here().version());
    tags.put(
        "narrows.input",
        input.paths.stream().map(PathName::withoutCredentials).collect(Collectors.joining(" ")));
    String where = input.source().where();
    if (!where.isEmpty()) {
      tags.put("narrows.where", where);
    }
    tags.put("spark.applicationId", spark.sparkContext().applicationId());
    return tags;
  }

  /** Where the report goes; null if none is wanted. */
  private Output openReport(Output out, Sources sources, Progress progress) throws IOException {
    if (report == null) {
      return null;
    }
    return output.beside(out, "--report", report, Written.PAGE, sources, progress);
  }

  /** Makes sure that checkpoints can be written, and not among what is read or replaced. */
  private static void openCheckpoint(String directory, Output out, Sources sources)
      throws IOException {
    out.keepOut("--checkpoint", directory);
    Path path = PathName.path(directory);
    FileSystem fileSystem = path.getFileSystem(sources.hadoop());
    sources.refuseWritingInto(directory, path);
    Probe.into("--checkpoint", directory, fileSystem, fileSystem.makeQualified(path));
  }

  static int run(String... args) {
    return new Train().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Train().start(args);
  }
}
