package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.RandomStream.Purpose;

/** Values for kernels, and what is to become of them in double precision. */
abstract class KernelsFixture {
  static final int CAPACITY = 9;
  static final int ROWS = 6;
  static final int N = 37;
  static final double TOLERANCE = 2e-6;

  abstract Kernels kernels();

  final RandomStream random = new RandomStream(5, Purpose.GENERATION, 0, 0, 0);

  float[] gaussian(int length, float scale) {
    float[] values = new float[length];
    random.fillGaussian(values, length);
    for (int i = 0; i < length; i++) {
      values[i] *= scale;
    }
    return values;
  }

  float[] uniform(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  Buffer buffer(float[] values) {
    Buffer buffer = kernels().allocate(values.length);
    kernels().upload(values, 0, buffer, 0, values.length);
    return buffer;
  }

  float[] values(Buffer buffer) {
    float[] values = new float[buffer.length()];
    kernels().download(buffer, 0, values, 0, values.length);
    return values;
  }

  static void assertClose(float[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }

  static double f(Activation f, double z) {
    return switch (f) {
      case RELU -> Math.max(0, z);
      case LEAKY_RELU -> z > 0 ? z : 0.01 * z;
      case ELU -> z > 0 ? z : Math.expm1(z);
      case TANH -> Math.tanh(z);
      case SIGMOID -> 1 / (1 + Math.exp(-z));
      case IDENTITY -> z;
    };
  }

  static double slope(Activation f, double z) {
    double a = f(f, z);
    return switch (f) {
      case RELU -> z > 0 ? 1 : 0;
      case LEAKY_RELU -> z > 0 ? 1 : 0.01;
      case ELU -> z > 0 ? 1 : Math.exp(z);
      case TANH -> 1 - a * a;
      case SIGMOID -> a * (1 - a);
      case IDENTITY -> 1;
    };
  }
}
