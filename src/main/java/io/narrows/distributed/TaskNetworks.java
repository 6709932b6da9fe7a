package io.narrows.distributed;

import io.narrows.nn.Architecture;
import io.narrows.nn.Network;
import io.narrows.nn.Pool;

/** Networks for the forward passes of tasks, on the device of the task that borrows one. */
public final class TaskNetworks {
  private static final Pool<Network> NETWORKS = new Pool<>();

  private record Kind(Architecture architecture, int capacity, Device device) {}

  private TaskNetworks() {}

  /**
   * A network for the task that this thread runs; its parameters are whoever's had it before.
   *
   * @param capacity the most rows of one pass
   * @throws IllegalStateException if Spark has given the task a GPU that ND4J cannot use
   */
  public static Pool.Lease<Network> borrow(Architecture architecture, int capacity) {
    Device device = Device.ofTask();
    return NETWORKS.borrow(
        new Kind(architecture, capacity, device),
        () -> Network.forInference(architecture, device.kernels(), capacity));
  }
}
