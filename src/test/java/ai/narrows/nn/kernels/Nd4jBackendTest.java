package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class Nd4jBackendTest {
  @Test
  void isThereInTests() {
    assertThatCode(Nd4jBackend::need).doesNotThrowAnyException();
  }

  @Test
  void theJarThatHasItIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Nd4jBackend.need(ClassLoader.getPlatformClassLoader()))
        .withMessageContaining("take narrows-*-spark-nd4j.jar");
  }
}
