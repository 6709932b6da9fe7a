package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingStateTest {

  /** Around the pieces that values cross the wire in. */
  @ParameterizedTest
  @ValueSource(ints = {2, 16_382, 16_384, 16_386, 40_000})
  void theSameBehindTheWire(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i / 7f;
    }
    values[length - 1] = Float.NaN;
    TrainingState state = SerializationUtils.roundtrip(new TrainingState(values, length / 2, 3.5));
    assertThat(state.values()).isEqualTo(values);
    assertThat(state.parameterCount()).isEqualTo(length / 2);
    assertThat(state.updates()).isEqualTo(3.5);
  }
}
