package ai.narrows.jobs.console;

import ai.narrows.train.EpochReport;
import ai.narrows.train.RoundPlan;
import ai.narrows.train.RoundReport;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a training goes: a line for every epoch, or on a terminal a bar that goes through its rounds,
 * and at the end the line of the last epoch.
 */
public final class Epochs implements TrainingListener {
  private static final long serialVersionUID = 1L;

  private final Progress progress;
  private final String rows;
  private String line = ""; // of the last epoch
  private String validation = ""; // of the last epoch, where there is any
  private long since; // when the first round was over, which also deals the images; 0 before
  private double doneThen;

  /**
   * @param rows what is trained on, images or patches
   */
  public Epochs(Progress progress, String rows) {
    this.progress = progress;
    this.rows = rows;
  }

  @Override
  public void started(
      long trainingRows, long validationRows, long calibrationRows, long skippedRows, int workers) {
    List<String> others = new ArrayList<>();
    if (validationRows > 0) {
      others.add(String.format(Locale.ROOT, "%,d for validation", validationRows));
    }
    if (calibrationRows > 0) {
      others.add(String.format(Locale.ROOT, "%,d for the threshold", calibrationRows));
    }
    if (skippedRows > 0) {
      others.add(String.format(Locale.ROOT, "%,d unreadable left out", skippedRows));
    }
    progress.say(
        "Training on %,d %s%s with %d %s",
        trainingRows,
        rows,
        others.isEmpty() ? "" : " (" + String.join("; ", others) + ")",
        workers,
        workers == 1 ? "worker" : "workers");
  }

  @Override
  public void planned(TrainingOptions options, RoundPlan plan, int workers) {
    if (workers > 1) {
      progress.say(
          "Averaging every %,d of %,d minibatches, outer momentum %s, step size %s x %.2f",
          plan.averaging().frequency(),
          plan.stepsPerEpoch(),
          plan.averaging().outerMomentum(),
          options.stepSize().base(),
          options.stepSize().factor());
    }
  }

  @Override
  public void resumed(int epoch, int epochs) {
    progress.say("Going on after epoch %d of %d", epoch, epochs);
  }

  @Override
  public void roundFinished(RoundReport report) {
    if (!progress.hasBars()) {
      return;
    }
    long now = System.nanoTime();
    if (since == 0) {
      since = now;
      doneThen = report.done();
    }
    boolean many = report.rounds() > 1; // where an epoch is one round, the bar goes through epochs
    progress.rounds(
        new Bar(
            String.format(Locale.ROOT, "epoch %d/%d", report.epoch(), report.epochs()),
            many ? report.round() : report.epoch(),
            many ? report.rounds() : report.epochs(),
            String.format(
                Locale.ROOT,
                "  loss %.4g  %,.0f %s/s%s",
                report.loss(),
                report.imagesPerSecond(),
                rows,
                validation),
            since,
            Bar.end(doneThen, since, report.done(), now)));
  }

  @Override
  public void epochFinished(EpochReport report, int epochs) {
    boolean validated = !Double.isNaN(report.validationLoss());
    line =
        String.format(
            Locale.ROOT,
            "epoch %d/%d  loss %.5g%s  %,.0f %s/s  communication %.0f %%",
            report.epoch(),
            epochs,
            report.loss(),
            validated
                ? String.format(Locale.ROOT, "  validation %.5g", report.validationLoss())
                : "",
            report.imagesPerSecond(),
            rows,
            100 * report.communicationShare());
    validation =
        validated ? String.format(Locale.ROOT, "  validation %.4g", report.validationLoss()) : "";
    if (!progress.hasBars()) {
      progress.say(line);
    }
  }

  @Override
  public void finished(int bestEpoch) {
    progress.rounds(null);
    if (progress.hasBars() && !line.isEmpty()) {
      progress.say(line);
    }
  }
}
