package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.tracking.MlflowRun;
import ai.narrows.jobs.tracking.MlflowServer;
import ai.narrows.jobs.tracking.MlflowTracking;
import ai.narrows.jobs.tracking.Tracking;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The MLflow server that keeps a record of the training, if any does. */
public final class MlflowOptions {
  private static final String URI = "--mlflow-tracking-uri";
  private static final String EXPERIMENT = "--mlflow-experiment";
  private static final String RUN_NAME = "--mlflow-run-name";
  private static final String DEFAULT_EXPERIMENT = "Default"; // MLflow's own

  @Option(
      names = URI,
      order = 44,
      paramLabel = "URI",
      description =
          "MLflow server that keeps a record of the training: params, metrics of every epoch, where the model and the"
              + " report are. Credentials come from the environment: MLFLOW_TRACKING_USERNAME and"
              + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN. A server that fails costs a warning, not the"
              + " training.")
  String uri;

  @Option(
      names = EXPERIMENT,
      order = 45,
      paramLabel = "NAME",
      description =
          "MLflow experiment that the run belongs to; made where there is none of that name"
              + " (default: "
              + DEFAULT_EXPERIMENT
              + ").")
  String experiment;

  @Option(
      names = RUN_NAME,
      order = 46,
      paramLabel = "NAME",
      description = "Name of the MLflow run (default: one that the server makes up).")
  String runName;

  /** What acts only beside the others. */
  public List<Need> needs() {
    return Need.all(uri != null, "without " + URI, EXPERIMENT, RUN_NAME);
  }

  /** Checks what needs no server. */
  public void check() {
    check(EXPERIMENT, experiment);
    check(RUN_NAME, runName);
    if (uri != null) {
      server();
    }
  }

  private void check(String option, String name) {
    if (name != null && name.isBlank()) {
      throw new InputException(option + " must be a name, but is '" + name + "'");
    }
  }

  private MlflowServer server() {
    return MlflowServer.of(URI, uri, System.getenv());
  }

  /**
   * The record, empty as yet.
   *
   * @param params of the training
   * @param tags what else is to be known of it
   */
  public Tracking open(Map<String, String> params, Map<String, String> tags, Progress progress) {
    if (uri == null) {
      return Tracking.NONE;
    }
    MlflowRun run = new MlflowRun(experiment == null ? DEFAULT_EXPERIMENT : experiment, runName);
    run.params(params);
    run.tags(tags);
    return new MlflowTracking(server(), run, progress, MlflowTracking.PATIENCE);
  }
}
