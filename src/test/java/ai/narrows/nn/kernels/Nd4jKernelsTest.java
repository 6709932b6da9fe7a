package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class Nd4jKernelsTest extends KernelsContract {
  @Override
  Kernels kernels() {
    return Kernels.nd4j();
  }

  @Test
  void gpusThatNd4jHasNoCodeForAreRefused() {
    assertThatThrownBy(() -> Nd4jKernels.checkCode(3, "NVIDIA H200", 9, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "GPU 3 was asked for, but ND4J has code for compute capability 5.0 to 8.9 alone, and that of NVIDIA H200 is 9.0");
    assertThatThrownBy(() -> Nd4jKernels.checkCode(0, "Tesla K80", 3, 7))
        .hasMessageEndingWith(" and that of Tesla K80 is 3.7");
    assertThatCode(() -> Nd4jKernels.checkCode(0, "Tesla M60", 5, 2)).doesNotThrowAnyException();
    assertThatCode(() -> Nd4jKernels.checkCode(0, "NVIDIA L4", 8, 9)).doesNotThrowAnyException();
  }
}
