package ai.narrows.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every layer must do on both kernels: give what its definition gives in double, with
 * gradients that are differences of it, and allocate nothing on the heap for a step.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class LayerContract {
  static final int ROWS = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CAPACITY = 5;
  private static final int OFFSET = 2; // the layer's run of the parameters is not the first
  private static final double TOLERANCE = 2e-5;

  /** Now and then the JVM itself allocates in a thread, but not every time, as a step would. */
  private static final int ATTEMPTS = 6;

  private final RandomStream random = new RandomStream(3, Purpose.GENERATION, 0, 0, 0);

  /** What a layer makes of [ROWS, inputs]. */
  interface Definition {
    double[] apply(double[] parameters, double[] x);
  }

  record Case(Layer layer, Definition definition) {
    @Override
    public String toString() {
      return layer.toString();
    }
  }

  abstract List<Case> cases();

  Stream<Object[]> casesOnKernels() {
    return cases().stream()
        .flatMap(
            c ->
                Stream.of(Kernels.cpu(), Kernels.nd4j()).map(kernels -> new Object[] {c, kernels}));
  }

  final float[] gaussian(int length) {
    float[] values = new float[length];
    random.fillGaussian(values, length);
    return values;
  }

  /** A layer at work, everything that it overwrites being full of other values. */
  final class Run implements AutoCloseable {
    final Layer layer;
    final Kernels kernels;
    final Workspace workspace;
    final Layer.Bound bound;
    final Matrix x; // [CAPACITY, inputs]
    final Buffer dxValues; // [CAPACITY * inputs]
    final Matrix dx; // [CAPACITY, inputs]
    final int rows;

    /** On as many rows as x has. */
    Run(Layer layer, Kernels kernels, float[] parameters, float[] x) {
      this.layer = layer;
      this.kernels = kernels;
      rows = x.length / layer.inputs();
      workspace = new Workspace(kernels, OFFSET + layer.parameters() + 1, true);
      float[] all = gaussian(workspace.parameters().length());
      kernels.upload(all, 0, workspace.gradient(), 0, all.length);
      System.arraycopy(parameters, 0, all, OFFSET, parameters.length);
      kernels.upload(all, 0, workspace.parameters(), 0, all.length);
      bound = layer.bind(workspace, OFFSET, CAPACITY);
      this.x = workspace.matrix(CAPACITY, layer.inputs());
      dxValues = workspace.allocate(CAPACITY * layer.inputs());
      dx = kernels.matrix(dxValues, 0, CAPACITY, layer.inputs());
      kernels.upload(gaussian(dxValues.length()), 0, dxValues, 0, dxValues.length());
      uploadRows(x, this.x);
    }

    private void uploadRows(float[] values, Matrix target) {
      for (int r = 0; r < rows; r++) {
        kernels.uploadRow(values, r * target.columns(), target, r);
      }
    }

    void step(float[] d, Matrix dx) {
      bound.forward(rows, x);
      uploadRows(d, bound.dOutput());
      bound.backward(rows, x, dx);
    }

    float[] output() {
      float[] output = new float[rows * layer.outputs()];
      bound.copyOutput(0, output.length, output, 0);
      return output;
    }

    float[] gradient() {
      float[] all = new float[workspace.gradient().length()];
      kernels.download(workspace.gradient(), 0, all, 0, all.length);
      return Arrays.copyOfRange(all, OFFSET, OFFSET + layer.parameters());
    }

    float[] dx() {
      float[] values = new float[rows * layer.inputs()];
      kernels.download(dxValues, 0, values, 0, values.length);
      return values;
    }

    @Override
    public void close() {
      workspace.close();
    }
  }

  @ParameterizedTest
  @MethodSource("casesOnKernels")
  final void isItsDefinition(Case c, Kernels kernels) {
    float[] parameters = gaussian(c.layer.parameters());
    float[] x = gaussian(ROWS * c.layer.inputs());
    float[] d = gaussian(ROWS * c.layer.outputs());
    double[] p = doubles(parameters);
    double[] in = doubles(x);
    try (Run run = new Run(c.layer, kernels, parameters, x)) {
      run.step(d, run.dx);
      run.step(d, run.dx); // the second leaves the same
      assertClose(run.output(), c.definition.apply(p, in));
      assertClose(run.gradient(), differences(p, d, values -> c.definition.apply(values, in)));
      assertClose(run.dx(), differences(in, d, values -> c.definition.apply(p, values)));
    }
  }

  @ParameterizedTest
  @MethodSource("casesOnKernels")
  final void gradientOfWeightsAlone(Case c, Kernels kernels) {
    float[] parameters = gaussian(c.layer.parameters());
    float[] x = gaussian(ROWS * c.layer.inputs());
    float[] d = gaussian(ROWS * c.layer.outputs());
    try (Run whole = new Run(c.layer, kernels, parameters, x);
        Run alone = new Run(c.layer, kernels, parameters, x)) {
      whole.step(d, whole.dx);
      alone.step(d, null);
      assertThat(alone.gradient()).containsExactly(whole.gradient());
    }
  }

  @ParameterizedTest
  @MethodSource("casesOnKernels")
  final void activationApart(Case c, Kernels kernels) {
    float[] parameters = gaussian(c.layer.parameters());
    float[] x = gaussian(ROWS * c.layer.inputs());
    try (Run together = new Run(c.layer, kernels, parameters, x);
        Run apart = new Run(c.layer, kernels, parameters, x)) {
      together.bound.forward(ROWS, together.x);
      apart.bound.forwardLinear(ROWS, apart.x);
      kernels.layers().activationForward(ROWS, apart.bound.output(), c.layer.activation());
      assertThat(apart.output()).containsExactly(together.output());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  final void stepsAllocateNothing(Case c) {
    float[] parameters = gaussian(c.layer.parameters());
    try (Run run = new Run(c.layer, Kernels.cpu(), parameters, gaussian(ROWS * c.layer.inputs()))) {
      float[] d = gaussian(ROWS * c.layer.outputs());
      run.step(d, run.dx);
      long allocated = -1;
      for (int i = 0; i < ATTEMPTS && allocated != 0; i++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        run.step(d, run.dx);
        allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(allocated).isZero();
    }
  }

  private interface Function {
    double[] apply(double[] values);
  }

  private static double[] differences(double[] at, float[] weights, Function f) {
    double step = 1e-5;
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double value = at[i];
      at[i] = value + step;
      double above = dot(weights, f.apply(at));
      at[i] = value - step;
      slopes[i] = (above - dot(weights, f.apply(at))) / (2 * step);
      at[i] = value;
    }
    return slopes;
  }

  private static double dot(float[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(TOLERANCE * (1 + Math.abs(expected[i]))));
    }
  }
}
