package ai.narrows.nn.kernels;

/** Whether ND4J itself is on the class path: the Spark jar that jobs run with does without it. */
final class Nd4jBackend {
  private Nd4jBackend() {}

  /**
   * Makes sure that it is.
   *
   * @throws IllegalStateException naming the jar that has it
   */
  static void need() {
    need(Nd4jBackend.class.getClassLoader());
  }

  static void need(ClassLoader loader) {
    try {
      Class.forName("org.nd4j.linalg.factory.Nd4j", false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "ND4J's own backend was asked for, but this jar of Narrows does not have it: take narrows-*-spark-nd4j.jar"
              + " (mvn -Pnd4j package), or narrows-*-spark-cuda.jar (mvn -Pcuda package) for GPUs",
          e);
    }
  }
}
