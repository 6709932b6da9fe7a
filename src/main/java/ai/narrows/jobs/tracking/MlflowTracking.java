package ai.narrows.jobs.tracking;

import ai.narrows.jobs.console.Progress;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.summary.Provenance;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.train.EpochReport;
import ai.narrows.train.RoundPlan;
import ai.narrows.train.TrainingOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.tracking.MlflowClient;

/**
 * A training as a run on an MLflow server. A thread of its own speaks to the server; what the
 * server does not take is sent again after the next epoch. Whatever the server does costs the
 * training no more than a warning and, at its end, some seconds.
 */
public final class MlflowTracking implements Tracking {
  private static final long serialVersionUID = 1L;

  /** How long a server may take. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The same where Java is ending, and may be killed soon. */
  private static final Duration ON_EXIT = Duration.ofSeconds(3);

  private final transient MlflowServer server;
  private final transient MlflowRun run;
  private final transient Progress progress;
  private final Duration patience;
  private boolean warned;

  /** At most one attempt waits behind the one that is made: it sends all that there is by then. */
  private final transient ThreadPoolExecutor sender =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          MlflowTracking::daemon,
          new ThreadPoolExecutor.DiscardPolicy());

  private final transient Thread onExit = new Thread(() -> end(RunStatus.KILLED, ON_EXIT));
  private boolean begun;
  private boolean done;
  private int resumedAfter; // epoch

  /** Of a run that the server is told of when training starts. */
  public MlflowTracking(MlflowServer server, MlflowRun run, Progress progress, Duration patience) {
    this.server = server;
    this.run = run;
    this.progress = progress;
    this.patience = patience;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "narrows-mlflow");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void started(
      long rows, long validationRows, long calibrationRows, long skippedRows, int workers) {
    run.param("rows", rows);
    run.param("validationRows", validationRows);
    run.param("calibrationRows", calibrationRows);
    run.param("skippedRows", skippedRows);
    run.param("workers", workers);
    Runtime.getRuntime().addShutdownHook(onExit);
    begun = true;
    send();
  }

  @Override
  public void planned(TrainingOptions options, RoundPlan plan, int workers) {
    run.param("planned.averagingFrequency", plan.averaging().frequency());
    run.param("planned.outerMomentum", plan.averaging().outerMomentum());
  }

  @Override
  public void resumed(int epoch, int epochs) {
    resumedAfter = epoch;
    run.tag("narrows.resumedAfterEpoch", Integer.toString(epoch));
  }

  @Override
  public void epochFinished(EpochReport report, int epochs) {
    add(report);
    send();
  }

  private void add(EpochReport report) {
    run.metric("loss", report.loss(), report.epoch());
    run.metric("validationLoss", report.validationLoss(), report.epoch());
    run.metric("imagesPerSecond", report.imagesPerSecond(), report.epoch());
    run.metric("communicationShare", report.communicationShare(), report.epoch());
    run.metric("seconds", report.seconds(), report.epoch());
  }

  @Override
  public void saved(FittedAutoencoder<?> model, String place) {
    TrainingSummary summary = model.summary();
    summary.history().stream()
        .filter(report -> report.epoch() <= resumedAfter) // told to an earlier run, if to any
        .forEach(this::add);
    int epochs = summary.history().size();
    run.metric("threshold", model.getThreshold(), epochs);
    run.metric("bestEpoch", summary.bestEpoch(), epochs);
    run.metric("totalSeconds", summary.seconds(), epochs);
    run.tag("narrows.model", place);
    Provenance provenance = summary.provenance();
    run.tag("narrows.spark", provenance.sparkVersion());
    run.tag("narrows.java", provenance.javaVersion());
    run.tag("narrows.library", provenance.library());
    run.tag("narrows.device", provenance.device());
    run.tag("narrows.fingerprint", provenance.fingerprint());
    run.tag("narrows.threshold", model.thresholdOrigin().toString());
  }

  @Override
  public void reported(String place) {
    run.tag("narrows.report", place);
  }

  @Override
  public void done() {
    done = true;
  }

  @Override
  public void close() {
    try {
      if (!begun || !Runtime.getRuntime().removeShutdownHook(onExit)) {
        return;
      }
    } catch (IllegalStateException e) { // Java is ending: the hook tells the server
      return;
    }
    end(done ? RunStatus.FINISHED : RunStatus.FAILED, patience);
  }

  private void end(RunStatus status, Duration wait) {
    run.end(status);
    send();
    sender.shutdown(); // what waits is still sent
    try {
      if (!sender.awaitTermination(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        warn(noAnswer(wait));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send() {
    sender.execute(this::attempt);
  }

  /** The client waits for ever, unless it is closed. */
  private void attempt() {
    MlflowClient client = server.client();
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture<Void> cut =
        CompletableFuture.runAsync(
            () -> {
              late.set(true);
              client.close();
            },
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try (client) {
      if (run.make(client)) {
        progress.say("Tracking: %s%s", server.address(), run.page());
      }
      run.send(client);
    } catch (RuntimeException e) {
      warn(late.get() ? noAnswer(patience) : MlflowServer.reason(e));
    } finally {
      cut.cancel(false);
    }
  }

  private static String noAnswer(Duration wait) {
    return String.format(Locale.ROOT, "no answer within %s s", wait.toMillis() / 1000.0);
  }

  /**
   * Once: what is sent later may still arrive. Whoever comes second returns when it has been said.
   */
  private synchronized void warn(String reason) {
    if (!warned) {
      warned = true;
      progress.say(
          "Warning: tracking at %s fails, the training goes on: %s", server.address(), reason);
    }
  }
}
