package ai.narrows.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * The average of the workers' values weighted by the examples each has seen. Results may arrive in
 * any order; they are added in the order of the worker's index, in double, so that the same workers
 * always give the same bits. What arrives early is held back. A worker that saw nothing has weight
 * 0.
 *
 * <p>Instances cover a run of the vector, all of it or a slice: slices put side by side are the
 * average of the whole.
 */
public final class ParameterAverage {
  /** Results that are held to be added in one pass over memory, which is what adding costs. */
  private static final int HELD = 4;

  /** Values that stay in the processor's cache while the held results are added to them. */
  private static final int BLOCK = 2048;

  private final int length;
  private final TreeMap<Integer, Result> early = new TreeMap<>();
  private final List<Result> held = new ArrayList<>(HELD); // in the order of the workers
  private final double[] block = new double[BLOCK];
  private double[] sums; // [length], of what came before the held ones; made where there is such
  private boolean summed; // whether sums have anything in them
  private double weight;
  private int next;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Result(double examples, float[] values) {}

  /** An empty average of vectors of this length. */
  public ParameterAverage(int length) {
    this.length = length;
  }

  /** Forgets everything added, so that the next round needs no new memory. */
  public void clear() {
    early.clear();
    held.clear();
    summed = false;
    weight = 0;
    next = 0;
  }

  /**
   * Adds a worker's values; each worker once.
   *
   * @param worker index from 0
   * @param examples the worker's weight
   * @param values [length], kept until its turn comes
   */
  public void add(int worker, long examples, float[] values) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          "worker " + worker + " gives " + values.length + " values, not " + length);
    }
    if (worker < next || early.containsKey(worker)) {
      throw new IllegalArgumentException("worker " + worker + " has been added before");
    }
    early.put(worker, new Result((double) examples, values));
    while (!early.isEmpty() && early.firstKey() == next) {
      hold(early.pollFirstEntry().getValue());
      next++;
    }
  }

  private void hold(Result result) {
    if (result.examples == 0) {
      return;
    }
    weight += result.examples;
    held.add(result);
    if (held.size() == HELD) {
      if (sums == null) {
        sums = new double[length];
      }
      for (int at = 0; at < length; at += BLOCK) {
        int n = Math.min(BLOCK, length - at);
        sumBlock(at, n);
        System.arraycopy(block, 0, sums, at, n);
      }
      held.clear();
      summed = true;
    }
  }

  /** Leaves in the block the sums of all added so far. */
  private void sumBlock(int at, int n) {
    if (summed) {
      System.arraycopy(sums, at, block, 0, n);
    } else {
      Arrays.fill(block, 0, n, 0);
    }
    for (Result result : held) {
      addTo(block, result.examples, result.values, at, n);
    }
  }

  private static void addTo(double[] block, double examples, float[] values, int at, int n) {
    for (int i = 0; i < n; i++) {
      block[i] += examples * values[at + i];
    }
  }

  /**
   * The average.
   *
   * @throws IllegalStateException if a worker is missing or nobody has seen an example
   */
  public float[] average() {
    if (!early.isEmpty()) {
      throw new IllegalStateException("worker " + next + " is missing from the average");
    }
    if (weight == 0) {
      throw new IllegalStateException("no worker has seen an example");
    }
    float[] average = new float[length];
    double inverse = 1 / weight;
    for (int at = 0; at < length; at += BLOCK) {
      int n = Math.min(BLOCK, length - at);
      sumBlock(at, n);
      scale(block, inverse, average, at, n);
    }
    return average;
  }

  /** Times the inverse, since divisions would take several times as long. */
  private static void scale(double[] block, double inverse, float[] average, int at, int n) {
    for (int i = 0; i < n; i++) {
      average[at + i] = (float) (block[i] * inverse);
    }
  }
}
