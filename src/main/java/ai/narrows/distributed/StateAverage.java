package ai.narrows.distributed;

import ai.narrows.train.ParameterAverage;
import ai.narrows.train.RoundResult;
import ai.narrows.train.TrainingState;
import java.util.Arrays;

/**
 * Folds the workers' results into one: parameters and updater state averaged by examples, in the
 * order of the workers; losses and examples summed in that order too; of the compute times the
 * longest.
 */
final class StateAverage {
  private final ParameterAverage values;
  private final Reports reports;
  private final int parameters;

  /** What a worker says of its round beside the values; element w is worker w's. */
  static final class Reports {
    private final long[] examples;
    private final double[] lossSums;
    private final double[] updates;
    private final long[] computeNanos;

    Reports(int workers) {
      examples = new long[workers];
      lossSums = new double[workers];
      updates = new double[workers];
      computeNanos = new long[workers];
    }

    void set(int worker, RoundResult result) {
      set(
          worker,
          result.examples(),
          result.lossSum(),
          result.state().updates(),
          result.computeNanos());
    }

    void set(int worker, long seen, double lossSum, double made, long nanos) {
      examples[worker] = seen;
      lossSums[worker] = lossSum;
      updates[worker] = made;
      computeNanos[worker] = nanos;
    }

    RoundResult result(float[] average, int parameters) {
      long seen = 0;
      double lossSum = 0;
      double made = 0;
      for (int w = 0; w < examples.length; w++) {
        seen += examples[w];
        lossSum += lossSums[w];
        made += examples[w] * updates[w];
      }
      TrainingState state = new TrainingState(average, parameters, made / seen);
      return new RoundResult(state, seen, lossSum, Arrays.stream(computeNanos).max().orElse(0));
    }
  }

  StateAverage(int workers, TrainingState start) {
    values = new ParameterAverage(start.values().length);
    reports = new Reports(workers);
    parameters = start.parameterCount();
  }

  /** Forgets a round, for the next one. */
  void clear() {
    values.clear();
  }

  /** Takes in a worker's result; results may come in any order. */
  void add(int worker, RoundResult result) {
    values.add(worker, result.examples(), result.state().values());
    reports.set(worker, result);
  }

  RoundResult result() {
    return reports.result(values.average(), parameters);
  }
}
