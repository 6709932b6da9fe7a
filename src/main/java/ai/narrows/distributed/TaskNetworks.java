package ai.narrows.distributed;

import ai.narrows.nn.Pool;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoringNetwork;

/** Networks for the forward passes of tasks, on the device of the task that borrows one. */
public final class TaskNetworks {
  private static final Pool<ScoringNetwork> NETWORKS = new Pool<>();

  private record Kind(Architecture architecture, Device device) {}

  private TaskNetworks() {}

  /**
   * A network for the task that this thread runs, with room for {@link
   * Architecture#inferenceRows()}; its parameters are whoever's had it before.
   *
   * @throws IllegalStateException if Spark has given the task a GPU that ND4J cannot use
   */
  public static Pool.Lease<ScoringNetwork> borrow(Architecture architecture) {
    Device device = Device.ofTask();
    return NETWORKS.borrow(
        new Kind(architecture, device),
        () -> new ScoringNetwork(architecture, device.kernels(), architecture.inferenceRows()));
  }
}
