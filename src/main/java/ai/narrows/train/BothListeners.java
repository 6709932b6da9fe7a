package ai.narrows.train;

/** Two listeners as one. */
record BothListeners(TrainingListener first, TrainingListener second) implements TrainingListener {

  @Override
  public void started(
      long rows, long validationRows, long calibrationRows, long skippedRows, int workers) {
    first.started(rows, validationRows, calibrationRows, skippedRows, workers);
    second.started(rows, validationRows, calibrationRows, skippedRows, workers);
  }

  @Override
  public void planned(TrainingOptions options, RoundPlan plan, int workers) {
    first.planned(options, plan, workers);
    second.planned(options, plan, workers);
  }

  @Override
  public void resumed(int epoch, int epochs) {
    first.resumed(epoch, epochs);
    second.resumed(epoch, epochs);
  }

  @Override
  public void roundStarted(int epoch, int epochs, int round, int rounds) {
    first.roundStarted(epoch, epochs, round, rounds);
    second.roundStarted(epoch, epochs, round, rounds);
  }

  @Override
  public void roundFinished(RoundReport report) {
    first.roundFinished(report);
    second.roundFinished(report);
  }

  @Override
  public void epochFinished(EpochReport report, int epochs) {
    first.epochFinished(report, epochs);
    second.epochFinished(report, epochs);
  }

  @Override
  public void finished(int bestEpoch) {
    first.finished(bestEpoch);
    second.finished(bestEpoch);
  }
}
