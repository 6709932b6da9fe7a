package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.score.ErrorSmoothing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link Kernels} must compute, against loops in double. */
abstract class KernelsContract extends KernelsFixture {
  @ParameterizedTest
  @EnumSource
  void activationForwardAndBackward(Activation f) {
    float[] z = gaussian(CAPACITY * N, 4);
    float[] d = gaussian(CAPACITY * N, 1);
    try (Buffer zs = buffer(z);
        Buffer ds = buffer(d)) {
      Matrix zm = kernels().matrix(zs, 0, CAPACITY, N);
      kernels().layers().activationForward(ROWS, zm, f);
      kernels().layers().activationBackward(ROWS, 0, zm, f, kernels().matrix(ds, 0, CAPACITY, N));
      double[] a = new double[ROWS * N];
      double[] dz = new double[ROWS * N];
      for (int i = 0; i < a.length; i++) {
        a[i] = f(f, z[i]);
        dz[i] = d[i] * slope(f, z[i]);
      }
      assertClose(values(zs), a);
      assertClose(values(ds), dz);
    }
  }

  @Test
  void productsOfViewsInOneBuffer() {
    int in = 5;
    int out = 4;
    float[] x = gaussian(CAPACITY * in, 1);
    float[] w = gaussian(3 + in * out + out, 1); // the weights start at 3, the bias behind them
    float[] d = gaussian(CAPACITY * out, 1);
    try (Buffer xs = buffer(x);
        Buffer ws = buffer(w);
        Buffer ds = buffer(d);
        Buffer z = kernels().allocate(CAPACITY * out);
        Buffer dx = kernels().allocate(CAPACITY * in);
        Buffer dw = buffer(w.clone())) {
      Matrix weights = kernels().matrix(ws, 3, in, out);
      Matrix xm = kernels().matrix(xs, 0, CAPACITY, in);
      Matrix dm = kernels().matrix(ds, 0, CAPACITY, out);
      kernels()
          .layers()
          .affineForward(
              ROWS,
              xm,
              weights,
              kernels().matrix(ws, 3 + in * out, 1, out),
              kernels().matrix(z, 0, CAPACITY, out));
      kernels()
          .layers()
          .multiplyBackwardInput(ROWS, dm, weights, kernels().matrix(dx, 0, CAPACITY, in));
      kernels().layers().multiplyBackwardWeights(ROWS, xm, dm, kernels().matrix(dw, 3, in, out));
      double[] expectedZ = new double[ROWS * out];
      double[] expectedDx = new double[ROWS * in];
      double[] expectedDw = new double[3 + in * out + out];
      for (int i = 0; i < 3; i++) {
        expectedDw[i] = w[i];
      }
      for (int o = 0; o < out; o++) {
        expectedDw[3 + in * out + o] = w[3 + in * out + o];
        for (int r = 0; r < ROWS; r++) {
          expectedZ[r * out + o] = w[3 + in * out + o];
        }
      }
      for (int r = 0; r < ROWS; r++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            expectedZ[r * out + o] += (double) x[r * in + i] * w[3 + i * out + o];
            expectedDx[r * in + i] += (double) d[r * out + o] * w[3 + i * out + o];
            expectedDw[3 + i * out + o] += (double) x[r * in + i] * d[r * out + o];
          }
        }
      }
      assertClose(values(z), expectedZ);
      assertClose(values(dx), expectedDx);
      assertClose(values(dw), expectedDw);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void differencesAveragedAroundEachPixel(int side) {
    ErrorSmoothing smoothing = new ErrorSmoothing(5, 7, 2, side);
    int n = 5 * 7 * 2;
    float[] y = gaussian(CAPACITY * n, 1);
    float[] x = gaussian(CAPACITY * n, 1);
    float[] weights = gaussian(n, 1);
    double[] e = new double[ROWS * n];
    double[] weighted = new double[ROWS];
    double[] columns = new double[n];
    for (int i = 0; i < e.length; i++) {
      int top = i / 14 % 5;
      int left = i / 2 % 7;
      int pixels = 0;
      for (int down = -(side / 2); down <= side / 2; down++) {
        for (int across = -(side / 2); across <= side / 2; across++) {
          if (top + down >= 0 && top + down < 5 && left + across >= 0 && left + across < 7) {
            int at = i + (down * 7 + across) * 2;
            e[i] += (double) y[at] - x[at];
            pixels++;
          }
        }
      }
      e[i] /= pixels;
      weighted[i / n] += weights[i % n] * e[i] * e[i];
      columns[i % n] += e[i] * e[i];
    }
    try (Buffer ys = buffer(y);
        Buffer xs = buffer(x);
        Buffer es = kernels().allocate(CAPACITY * n);
        Buffer ws = buffer(weights);
        Buffer rowSums = kernels().allocate(CAPACITY);
        Buffer columnSums = kernels().allocate(n)) {
      Matrix em = kernels().matrix(es, 0, CAPACITY, n);
      kernels()
          .losses()
          .meanDifference(
              ROWS,
              kernels().matrix(ys, 0, CAPACITY, n),
              kernels().matrix(xs, 0, CAPACITY, n),
              smoothing.windows(),
              em);
      kernels()
          .losses()
          .weightedSquares(
              ROWS, em, kernels().matrix(ws, 0, 1, n), kernels().matrix(rowSums, 0, CAPACITY, 1));
      kernels().losses().columnSquares(ROWS, em, kernels().matrix(columnSums, 0, 1, n));
      assertClose(Arrays.copyOf(values(es), e.length), e);
      assertClose(Arrays.copyOf(values(rowSums), ROWS), weighted);
      assertClose(values(columnSums), columns);
    }
  }

  @Test
  void partsOfAMatrix() {
    float[] z = gaussian(CAPACITY * N, 1);
    float[] d = gaussian(CAPACITY * N, 1);
    float[] b = gaussian(N, 1);
    double[] a = new double[z.length];
    double[] dz = new double[z.length];
    double[] sums = new double[N];
    for (int i = 0; i < z.length; i++) {
      boolean inside = i >= N && i < N + ROWS * N; // from the second row on
      a[i] = inside ? Math.tanh(z[i] + (double) b[i % N]) : z[i];
      dz[i] = inside ? d[i] * (1 - a[i] * a[i]) : d[i];
      if (inside) {
        sums[i % N] += dz[i];
      }
    }
    for (int i = 0; i < N; i++) {
      sums[i] += b[i];
    }
    try (Buffer zs = buffer(z);
        Buffer ds = buffer(d);
        Buffer bias = buffer(b)) {
      Matrix zm = kernels().matrix(zs, 0, CAPACITY, N);
      Matrix dm = kernels().matrix(ds, 0, CAPACITY, N);
      Matrix bm = kernels().matrix(bias, 0, 1, N);
      kernels().layers().biasActivationForward(ROWS, zm, N, bm, Activation.TANH);
      kernels().layers().activationBackward(ROWS, 1, zm, Activation.TANH, dm);
      kernels().layers().biasBackwardAdd(ROWS, dm, N, bm);
      assertClose(values(zs), a);
      assertClose(values(ds), dz);
      assertClose(values(bias), sums);
    }
  }

  @Test
  void biasBackwardSumsColumnsIntoAPartOfABuffer() {
    float[] d = gaussian(CAPACITY * N, 1);
    try (Buffer ds = buffer(d);
        Buffer sums = buffer(gaussian(N + 2, 1))) {
      float[] before = values(sums);
      kernels()
          .layers()
          .biasBackward(
              ROWS, kernels().matrix(ds, 0, CAPACITY, N), kernels().matrix(sums, 1, 1, N));
      double[] expected = new double[N + 2];
      expected[0] = before[0];
      expected[N + 1] = before[N + 1];
      for (int i = 0; i < ROWS * N; i++) {
        expected[1 + i % N] += d[i];
      }
      assertClose(values(sums), expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void squaredError(Activation f) {
    float[] z = gaussian(CAPACITY * N, 2);
    float[] x = uniform(CAPACITY * N);
    try (Buffer zs = buffer(z);
        Buffer again = buffer(z);
        Buffer xs = buffer(x);
        Buffer error = kernels().allocate(CAPACITY);
        Buffer dz = kernels().allocate(CAPACITY * N)) {
      Matrix target = kernels().matrix(xs, 0, CAPACITY, N);
      Matrix rowError = kernels().matrix(error, 0, CAPACITY, 1);
      Matrix delta = kernels().matrix(dz, 0, CAPACITY, N);
      kernels()
          .losses()
          .squaredErrorForwardBackward(
              ROWS, kernels().matrix(zs, 0, CAPACITY, N), f, target, 0.25f, rowError, delta);
      double[] expectedError = new double[ROWS];
      double[] expectedDelta = new double[ROWS * N];
      double[] y = new double[ROWS * N];
      for (int i = 0; i < ROWS * N; i++) {
        y[i] = f(f, z[i]);
        expectedError[i / N] += Math.pow(y[i] - x[i], 2);
        expectedDelta[i] = 0.25 * 2 * (y[i] - x[i]) * slope(f, z[i]);
      }
      assertClose(values(zs), y);
      assertClose(values(error), expectedError);
      assertClose(values(dz), expectedDelta);
      float[] withGradient = values(error);
      kernels()
          .losses()
          .squaredErrorForward(ROWS, kernels().matrix(again, 0, CAPACITY, N), f, target, rowError);
      assertThat(values(error)).isEqualTo(withGradient);
    }
  }

  @Test
  void crossEntropyFromLogitsStaysFinite() {
    float[] z = gaussian(CAPACITY * N, 3);
    z[0] = 200f;
    z[1] = -200f;
    float[] x = uniform(CAPACITY * N);
    try (Buffer zs = buffer(z);
        Buffer xs = buffer(x);
        Buffer error = kernels().allocate(CAPACITY);
        Buffer dz = kernels().allocate(CAPACITY * N)) {
      kernels()
          .losses()
          .crossEntropyForwardBackward(
              ROWS,
              kernels().matrix(zs, 0, CAPACITY, N),
              kernels().matrix(xs, 0, CAPACITY, N),
              0.5f,
              kernels().matrix(error, 0, CAPACITY, 1),
              kernels().matrix(dz, 0, CAPACITY, N));
      double[] expectedError = new double[ROWS];
      double[] expectedDelta = new double[ROWS * N];
      for (int i = 0; i < ROWS * N; i++) {
        double l = z[i];
        expectedError[i / N] += Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l))) - x[i] * l;
        expectedDelta[i] = 0.5 * (1 / (1 + Math.exp(-l)) - x[i]);
      }
      assertClose(values(error), expectedError);
      assertClose(values(dz), expectedDelta);
    }
  }

  @Test
  void gaussianForwardAndBackward() {
    int k = 4;
    float[] heads = gaussian(CAPACITY * 2 * k, 2);
    heads[k] = 30f; // log-variances beyond the bounds
    heads[k + 1] = -60f;
    float[] noise = gaussian(CAPACITY * k, 1);
    noise[0] = 0.5f;
    float[] d = gaussian(CAPACITY * k, 1);
    try (Buffer hs = buffer(heads);
        Buffer ns = buffer(noise);
        Buffer ds = buffer(d);
        Buffer ss = buffer(new float[] {0.3f, 0f, 1f, 2f});
        Buffer z = kernels().allocate(CAPACITY * k);
        Buffer kl = kernels().allocate(CAPACITY);
        Buffer ckl = kernels().allocate(k);
        Buffer dh = kernels().allocate(CAPACITY * 2 * k)) {
      Matrix hm = kernels().matrix(hs, 0, CAPACITY, 2 * k);
      Matrix nm = kernels().matrix(ns, 0, CAPACITY, k);
      kernels()
          .latents()
          .gaussianForward(
              ROWS,
              hm,
              nm,
              kernels().matrix(z, 0, CAPACITY, k),
              kernels().matrix(kl, 0, CAPACITY, 1));
      kernels()
          .latents()
          .gaussianBackward(
              ROWS,
              hm,
              nm,
              kernels().matrix(ds, 0, CAPACITY, k),
              kernels().matrix(ss, 0, 1, k),
              kernels().matrix(dh, 0, CAPACITY, 2 * k));
      kernels().latents().gaussianColumnKl(ROWS, hm, kernels().matrix(ckl, 0, 1, k));
      float[] scale = values(ss);
      double[] expectedColumnKl = new double[k];
      double[] expectedZ = new double[ROWS * k];
      double[] expectedKl = new double[ROWS];
      double[] expectedDh = new double[ROWS * 2 * k];
      for (int r = 0; r < ROWS; r++) {
        for (int j = 0; j < k; j++) {
          double mean = heads[r * 2 * k + j];
          float raw = heads[r * 2 * k + k + j];
          double lv = GaussianLatent.bounded(raw);
          double sigma = Math.exp(lv / 2);
          expectedZ[r * k + j] = mean + sigma * noise[r * k + j];
          double divergence = 0.5 * (mean * mean + sigma * sigma - 1 - lv);
          expectedKl[r] += divergence;
          expectedColumnKl[j] += divergence;
          expectedDh[r * 2 * k + j] = d[r * k + j] + scale[j] * mean;
          expectedDh[r * 2 * k + k + j] =
              (0.5 * d[r * k + j] * sigma * noise[r * k + j] + 0.5 * scale[j] * (sigma * sigma - 1))
                  * GaussianLatent.boundedSlope(raw);
        }
      }
      assertClose(values(z), expectedZ);
      assertClose(values(kl), expectedKl);
      assertClose(values(ckl), expectedColumnKl);
      assertClose(values(dh), expectedDh);
    }
  }

  @Test
  void absoluteSums() {
    float[] z = gaussian(CAPACITY * N, 2);
    z[3] = 0f;
    float[] d = gaussian(CAPACITY * N, 1);
    try (Buffer zs = buffer(z);
        Buffer ds = buffer(d);
        Buffer sums = kernels().allocate(CAPACITY)) {
      Matrix zm = kernels().matrix(zs, 0, CAPACITY, N);
      kernels().latents().absoluteSumForward(ROWS, zm, kernels().matrix(sums, 0, CAPACITY, 1));
      kernels().latents().absoluteSumBackward(ROWS, zm, 0.3f, kernels().matrix(ds, 0, CAPACITY, N));
      double[] expectedSums = new double[ROWS];
      double[] expectedD = new double[ROWS * N];
      for (int i = 0; i < ROWS * N; i++) {
        expectedSums[i / N] += Math.abs(z[i]);
        expectedD[i] = d[i] + 0.3 * Math.signum(z[i]);
      }
      assertClose(values(sums), expectedSums);
      assertClose(values(ds), expectedD);
    }
  }

  @Test
  void sumsAndProductsOfMatrices() {
    float[] x = gaussian(CAPACITY * N, 1);
    float[] d = gaussian(CAPACITY * N, 1);
    try (Buffer xs = buffer(x);
        Buffer ds = buffer(d);
        Buffer sum = kernels().allocate(CAPACITY * N);
        Buffer product = kernels().allocate(CAPACITY * N)) {
      Matrix xm = kernels().matrix(xs, 0, CAPACITY, N);
      Matrix dm = kernels().matrix(ds, 0, CAPACITY, N);
      kernels().latents().add(ROWS, xm, dm, kernels().matrix(sum, 0, CAPACITY, N));
      kernels().latents().multiply(ROWS, xm, dm, kernels().matrix(product, 0, CAPACITY, N));
      double[] expectedSum = new double[ROWS * N];
      double[] expectedProduct = new double[ROWS * N];
      for (int i = 0; i < ROWS * N; i++) {
        expectedSum[i] = x[i] + d[i];
        expectedProduct[i] = x[i] * d[i];
      }
      assertClose(values(sum), expectedSum);
      assertClose(values(product), expectedProduct);
    }
  }

  @Test
  void columnsAreScaledAndShifted() {
    for (int n : new int[] {N, Strip.LENGTH + N}) {
      float[] x = gaussian(CAPACITY * n, 1);
      float[] scale = gaussian(n, 3);
      float[] shift = gaussian(n, 3);
      double[] expected = new double[ROWS * n];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (double) x[i] * scale[i % n] + shift[i % n];
      }
      try (Buffer xs = buffer(x);
          Buffer scales = buffer(scale);
          Buffer shifts = buffer(shift);
          Buffer ys = kernels().allocate(CAPACITY * n)) {
        Matrix xm = kernels().matrix(xs, 0, CAPACITY, n);
        Matrix scaleRow = kernels().matrix(scales, 0, 1, n);
        Matrix shiftRow = kernels().matrix(shifts, 0, 1, n);
        kernels()
            .latents()
            .scaleAndShift(ROWS, xm, scaleRow, shiftRow, kernels().matrix(ys, 0, CAPACITY, n));
        assertClose(values(ys), expected);
        kernels().latents().scaleAndShift(ROWS, xm, scaleRow, shiftRow, xm);
        assertClose(values(xs), expected);
        assertThat(values(xs)[ROWS * n]).isEqualTo(x[ROWS * n]);
      }
    }
  }

  @Test
  void updaters() {
    int n = 50;
    float[] p = gaussian(n, 1);
    float[] g = gaussian(n, 1);
    float[] m = gaussian(n, 0.1f);
    float[] v = uniform(n);
    double[] sgd = new double[n];
    double[] momentum = new double[n];
    double[] adam = new double[n];
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double gi = 0.5 * g[i];
      sgd[i] = p[i] - 0.1 * (gi + 0.01 * p[i]);
      momentum[i] = p[i] - 0.1 * (0.9 * m[i] + gi + 0.01 * p[i]);
      double m1 = 0.9 * m[i] + 0.1 * gi;
      double v1 = 0.999 * v[i] + 0.001 * gi * gi;
      adam[i] = p[i] - 0.002 * p[i] - 0.1 * m1 / (Math.sqrt(v1) / 0.8 + 1e-8);
      squares += (double) g[i] * g[i];
    }
    try (Buffer a = buffer(p);
        Buffer b = buffer(p);
        Buffer c = buffer(p);
        Buffer gs = buffer(g);
        Buffer m1 = buffer(m);
        Buffer m2 = buffer(m);
        Buffer vs = buffer(v)) {
      Range all = Range.of(gs);
      kernels().updates().sgd(all, a, gs, 0.5f, 0.1f, 0.01f);
      kernels().updates().momentum(all, b, gs, m1, 0.5f, 0.1f, 0.9f, 0.01f);
      kernels().updates().adam(all, c, gs, m2, vs, 0.5f, 0.1f, 0.9f, 0.999f, 1e-8f, 0.8f, 0.002f);
      assertClose(values(a), sgd);
      assertClose(values(b), momentum);
      assertClose(values(c), adam);
      assertThat(kernels().updates().sumOfSquares(all, gs)).isCloseTo(squares, within(1e-5));
    }
  }

  /** What threads do to buffers that they share: the parts together are the whole. */
  @Test
  void updatersOfRanges() {
    int n = 50;
    float[] p = gaussian(n, 1);
    float[] g = gaussian(n, 1);
    float[] m = gaussian(n, 0.1f);
    float[] v = uniform(n);
    List<float[]> wholes = new ArrayList<>();
    for (int parts : new int[] {1, 3}) {
      try (Buffer a = buffer(p);
          Buffer b = buffer(p);
          Buffer c = buffer(p);
          Buffer gs = buffer(g);
          Buffer m1 = buffer(m);
          Buffer m2 = buffer(m);
          Buffer vs = buffer(v)) {
        for (Buffer parameters : List.of(a, b, c)) {
          kernels().updates().share(parameters, true);
        }
        for (Buffer vector : List.of(m1, m2, vs)) {
          kernels().updates().share(vector, false);
        }
        double squares = 0;
        for (int i = parts - 1; i >= 0; i--) {
          Range range = Range.part(n, i, parts);
          kernels().updates().sgd(range, a, gs, 0.5f, 0.1f, 0.01f);
          kernels().updates().momentum(range, b, gs, m1, 0.5f, 0.1f, 0.9f, 0.01f);
          kernels()
              .updates()
              .adam(range, c, gs, m2, vs, 0.5f, 0.1f, 0.9f, 0.999f, 1e-8f, 0.8f, 0.002f);
          squares += kernels().updates().sumOfSquares(range, gs);
        }
        assertThat(squares)
            .isCloseTo(kernels().updates().sumOfSquares(Range.of(gs), gs), within(1e-9));
        List<float[]> results = new ArrayList<>();
        for (Buffer changed : List.of(a, b, c, m1, m2, vs)) {
          results.add(values(changed));
        }
        for (Buffer parameters : List.of(a, b, c)) { // as multiplications read them
          results.add(product(parameters));
        }
        if (wholes.isEmpty()) {
          wholes.addAll(results);
        }
        for (int i = 0; i < results.size(); i++) {
          assertThat(results.get(i)).as("result %d of %d parts", i, parts).isEqualTo(wholes.get(i));
        }
      }
    }
  }

  /** The identity, multiplied by the values as a matrix of [5, 10]. */
  private float[] product(Buffer values) {
    float[] ones = new float[25];
    for (int i = 0; i < 5; i++) {
      ones[6 * i] = 1;
    }
    try (Buffer identity = buffer(ones);
        Buffer out = kernels().allocate(50);
        Buffer bias = kernels().allocate(10)) {
      kernels()
          .layers()
          .affineForward(
              5,
              kernels().matrix(identity, 0, 5, 5),
              kernels().matrix(values, 0, 5, 10),
              kernels().matrix(bias, 0, 1, 10),
              kernels().matrix(out, 0, 5, 10));
      return values(out);
    }
  }

  @Test
  void sumsOfBuffersInTheirOrder() {
    int n = 4000; // more than a strip
    float[] a = gaussian(n, 1);
    float[] b = gaussian(n, 1e-3f);
    float[] c = gaussian(n, 1e3f);
    try (Buffer as = buffer(a);
        Buffer bs = buffer(b);
        Buffer cs = buffer(c);
        Buffer sum = kernels().allocate(n)) {
      kernels().updates().share(sum, false);
      List<Buffer> terms = List.of(as, bs, cs);
      for (int i = 0; i < 3; i++) {
        kernels().updates().sum(Range.part(n, i, 3), terms, 3, sum);
      }
      float[] sums = values(sum);
      for (int i = 0; i < n; i++) {
        assertThat(sums[i]).isEqualTo(a[i] + b[i] + c[i]);
      }
      kernels().updates().sum(new Range(7, 9), terms, 1, sum);
      assertThat(values(sum)[6]).isEqualTo(a[6] + b[6] + c[6]);
      assertThat(values(sum)[7]).isEqualTo(a[7]);
    }
  }

  @Test
  void pixelsBecomeFractionsOf255() {
    byte[] pixels = {0, 1, 127, (byte) 128, (byte) 255, 9};
    try (Buffer values = kernels().allocate(6)) {
      kernels().uploadPixels(pixels, 0, kernels().matrix(values, 0, 2, 3), 0);
      kernels().uploadPixels(pixels, 3, kernels().matrix(values, 0, 2, 3), 1);
      assertThat(values(values))
          .containsExactly(0f, 1 / 255f, 127 / 255f, 128 / 255f, 1f, 9 / 255f);
    }
  }
}
