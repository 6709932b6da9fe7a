package io.narrows.train;

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
  private final double[] sums; // [length]
  private final TreeMap<Integer, Pending> early = new TreeMap<>();
  private double weight;
  private int next;

  private static final class Pending {
    final long examples;
    final float[] values; // [length]

    Pending(long examples, float[] values) {
      this.examples = examples;
      this.values = values;
    }
  }

  /** An empty average of vectors of this length. */
  public ParameterAverage(int length) {
    sums = new double[length];
  }

  /**
   * Adds a worker's values; each worker once.
   *
   * @param worker index from 0
   * @param examples the worker's weight
   * @param values [length], kept until its turn comes
   */
  public void add(int worker, long examples, float[] values) {
    if (values.length != sums.length) {
      throw new IllegalArgumentException(
          "worker " + worker + " gives " + values.length + " values, not " + sums.length);
    }
    if (worker < next || early.containsKey(worker)) {
      throw new IllegalArgumentException("worker " + worker + " has been added before");
    }
    early.put(worker, new Pending(examples, values));
    while (!early.isEmpty() && early.firstKey() == next) {
      fold(early.pollFirstEntry().getValue());
      next++;
    }
  }

  private void fold(Pending result) {
    if (result.examples == 0) {
      return;
    }
    double examples = result.examples;
    float[] values = result.values;
    for (int i = 0; i < sums.length; i++) {
      sums[i] += examples * values[i];
    }
    weight += examples;
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
    float[] average = new float[sums.length];
    for (int i = 0; i < average.length; i++) {
      average[i] = (float) (sums[i] / weight);
    }
    return average;
  }
}
