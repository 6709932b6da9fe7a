package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.images.InputException;
import ai.narrows.nn.kernels.Kernels;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * What a task computes on: the processor, or the GPU that Spark has given it ({@code
 * spark.task.resource.gpu.amount}).
 *
 * @param gpu as CUDA counts them on the machine, from 0; {@link #NONE} for the processor
 */
public record Device(int gpu) {
  /** In the place of a GPU where there is none. */
  public static final int NONE = -1;

  /** The processor. */
  public static final Device CPU = new Device(NONE);

  private static final String RESOURCE = "gpu"; // as Spark calls it
  private static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";
  private static final String CUDA_BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

  /** What the jobs of a session are to compute on, as a word for people: cpu or gpu. */
  public static String name(SparkConf conf) {
    return asksForGpus(conf) ? "gpu" : "cpu";
  }

  private static boolean asksForGpus(SparkConf conf) {
    return conf.getDouble(TASK_AMOUNT, 0) > 0;
  }

  /**
   * Sees to it that GPUs are not asked for in vain, before there is any work.
   *
   * @throws InputException if they are and this build can do without them only
   */
  public static void check(SparkConf conf) {
    if (asksForGpus(conf) && Device.class.getClassLoader().getResource(CUDA_BACKEND) == null) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s is %s, but this jar computes on processors alone: build one with \"mvn -Pcuda package\", or ask for no GPUs",
              TASK_AMOUNT,
              conf.get(TASK_AMOUNT)));
    }
  }

  /**
   * The device of the task that this thread runs; a GPU has the thread bound to it from here on.
   *
   * @throws IllegalStateException if Spark has given a GPU that ND4J cannot use
   */
  static Device ofTask() {
    Device device = given(TaskContext.get());
    device.kernels();
    return device;
  }

  /** What Spark has given a task; the processor where there is no task. */
  static Device given(TaskContext task) {
    Map<String, ResourceInformation> resources =
        task == null ? Map.of() : ScalaCollections.asJava(task.resources());
    ResourceInformation gpus = resources.get(RESOURCE);
    if (gpus == null || gpus.addresses().length == 0) {
      return CPU;
    }
    String address = gpus.addresses()[0];
    try {
      return new Device(Integer.parseInt(address));
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Spark has given this task the GPU '%s', but a GPU must be a number, as conf/find-gpus gives it",
              address),
          e);
    }
  }

  /** The arithmetic; of a GPU for the calling thread alone. */
  Kernels kernels() {
    return gpu == NONE ? Kernels.cpu() : Kernels.gpu(gpu);
  }
}
