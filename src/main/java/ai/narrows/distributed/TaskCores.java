package ai.narrows.distributed;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/** The processor cores that Spark reserves for a task, one for each of a worker's threads. */
public final class TaskCores {
  private static final String TASK_CORES = "spark.task.cpus";
  private static final String EXECUTOR_CORES = "spark.executor.cores";

  /** Masters that reserve cores for the tasks of single RDDs. */
  private static final List<String> CLUSTERS =
      List.of("spark://", "local-cluster[", "yarn", "k8s://");

  private TaskCores() {}

  /** Cores of each task of an application. */
  public static int of(SparkConf conf) {
    return conf.getInt(TASK_CORES, 1);
  }

  /**
   * Checks that an executor has the cores for a number of threads.
   *
   * @return the number
   * @throws ParamException if not
   */
  public static int checked(SparkConf conf, int threads) {
    int cores = conf.getInt(EXECUTOR_CORES, Integer.MAX_VALUE);
    if (threads > cores && ofCluster(conf.get("spark.master", ""))) {
      throw new ParamException(
          "threadsPerWorker",
          Message.of("must be at most %s, which is %s", EXECUTOR_CORES, cores),
          threads);
    }
    return threads;
  }

  private static boolean ofCluster(String master) {
    return CLUSTERS.stream().anyMatch(master::startsWith);
  }

  /**
   * Has Spark reserve a core for each thread of an RDD's tasks, where the application reserves
   * fewer for each task. On one machine all tasks share the cores, and nothing is reserved.
   */
  static void reserve(SparkContext context, RDD<?> rdd, int threads) {
    if (threads > of(context.getConf()) && ofCluster(context.master())) {
      rdd.withResources(
          new ResourceProfileBuilder().require(new TaskResourceRequests().cpus(threads)).build());
    }
  }
}
