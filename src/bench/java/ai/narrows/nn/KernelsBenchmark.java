package ai.narrows.nn;

import org.openjdk.jmh.annotations.Param;

/** A benchmark of either kernels. */
public abstract class KernelsBenchmark extends MicroBenchmark {
  @Param({"cpu", "nd4j"})
  public String kernels;
}
