package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import ai.narrows.nn.kernels.Kernels;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What can be said of devices where there is no GPU; {@code DeviceIT} has Spark hand some out. */
final class DeviceTest {
  private static SparkConf conf(String amount) {
    return new SparkConf(false).set("spark.task.resource.gpu.amount", amount);
  }

  @Test
  void gpusAreNotAskedForInVain() {
    assertThatThrownBy(() -> Device.check(conf("0.25")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "spark.task.resource.gpu.amount is 0.25, but this jar computes on processors alone:"
                + " build one with \"mvn -Pcuda package\", or ask for no GPUs");
    assertThatCode(() -> Device.check(conf("0"))).doesNotThrowAnyException();
    assertThatCode(() -> Device.check(new SparkConf(false))).doesNotThrowAnyException();
  }

  @Test
  void names() {
    assertThat(Device.name(conf("1"))).isEqualTo("gpu");
    assertThat(Device.name(new SparkConf(false))).isEqualTo("cpu");
  }

  @Test
  void outsideOfTasksThereIsTheProcessor() {
    assertThat(Device.ofTask()).isEqualTo(Device.CPU);
    assertThat(Device.CPU.kernels()).isSameAs(Kernels.cpu());
  }

  @Test
  void aGpuThatNobodyHas() {
    assertThatThrownBy(() -> new Device(1).kernels())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "GPU 1 was asked for, but ND4J has found no GPU here and computes with CpuBackend");
  }
}
