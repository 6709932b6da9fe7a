package ai.narrows.jobs.tracking;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;

/**
 * A run of an MLflow experiment: what is to stand in it is kept until the server has it. Any thread
 * may add to it; one thread sends.
 */
public final class MlflowRun {
  // MLflow takes 1,000 in one request, among them at most 100 params and 100 tags.
  private static final int METRICS = 800;
  private static final int PARAMS = 100;
  private static final int TAGS = 100;

  // Longest values that every version of MLflow takes.
  private static final int PARAM_LENGTH = 500;
  private static final int TAG_LENGTH = 5000;

  private final String experiment;
  private final String name;
  private final long begun = System.currentTimeMillis();
  private final Queue<Param> params = new ConcurrentLinkedQueue<>();
  private final Queue<Metric> metrics = new ConcurrentLinkedQueue<>();
  private final Queue<RunTag> tags = new ConcurrentLinkedQueue<>();
  private volatile End end; // null while it goes on
  private RunInfo made; // null until the server has it

  private record End(RunStatus status, long millis) {}

  /**
   * A run that begins now.
   *
   * @param name null for one that the server makes up
   */
  public MlflowRun(String experiment, String name) {
    this.experiment = experiment;
    this.name = name;
  }

  void param(String key, Object value) {
    params.add(
        Param.newBuilder().setKey(key).setValue(cut(value.toString(), PARAM_LENGTH)).build());
  }

  /** Records params by name. */
  public void params(Map<String, String> values) {
    values.forEach(this::param);
  }

  void tag(String key, String value) {
    tags.add(RunTag.newBuilder().setKey(key).setValue(cut(value, TAG_LENGTH)).build());
  }

  /** Records tags by name. */
  public void tags(Map<String, String> values) {
    values.forEach(this::tag);
  }

  /** A value at the end of an epoch; not a number where there is none. */
  void metric(String key, double value, int epoch) {
    if (!Double.isNaN(value)) {
      metrics.add(
          Metric.newBuilder()
              .setKey(key)
              .setValue(value)
              .setTimestamp(System.currentTimeMillis())
              .setStep(epoch)
              .build());
    }
  }

  /** Nothing comes after this. */
  void end(RunStatus status) {
    end = new End(status, System.currentTimeMillis());
  }

  private static String cut(String value, int length) {
    return value.length() <= length ? value : value.substring(0, length - 4) + " ...";
  }

  /**
   * Makes the run, and its experiment, where that has not been done.
   *
   * @return whether it has been done now
   */
  boolean make(MlflowClient client) {
    if (made != null) {
      return false;
    }
    CreateRun.Builder run =
        CreateRun.newBuilder().setExperimentId(experimentId(client)).setStartTime(begun);
    if (name != null) {
      run.setRunName(name);
    }
    made = client.createRun(run.build());
    return true;
  }

  private String experimentId(MlflowClient client) {
    return client
        .getExperimentByName(experiment)
        .map(Experiment::getExperimentId)
        .orElseGet(() -> client.createExperiment(experiment));
  }

  /**
   * Sends what the server has not got yet.
   *
   * @throws RuntimeException if it does not take it; what it has not taken is kept
   */
  void send(MlflowClient client) {
    End last = end; // all that comes before it is in the queues by now
    while (Stream.of(metrics, params, tags).anyMatch(queue -> !queue.isEmpty())) {
      List<Metric> someMetrics = metrics.stream().limit(METRICS).toList();
      List<Param> someParams = params.stream().limit(PARAMS).toList();
      List<RunTag> someTags = tags.stream().limit(TAGS).toList();
      client.logBatch(made.getRunId(), someMetrics, someParams, someTags);
      someMetrics.forEach(metric -> metrics.remove());
      someParams.forEach(param -> params.remove());
      someTags.forEach(tag -> tags.remove());
    }
    if (last != null) {
      client.setTerminated(made.getRunId(), last.status(), last.millis());
    }
  }

  /** Where people look at it, behind the server's address. */
  String page() {
    return String.format(
        Locale.ROOT, "/#/experiments/%s/runs/%s", made.getExperimentId(), made.getRunId());
  }
}
