package ai.narrows.nn.kernels;

import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every kernel as the plain formula in ND4J operations: slower than {@link CpuKernels} on
 * processors and its test oracle there, but at home on any backend, since nothing leaves the device
 * between upload and download.
 */
final class Nd4jKernels implements Kernels {
  static final Nd4jKernels INSTANCE = new Nd4jKernels();

  private static final Logger LOG = LoggerFactory.getLogger(Nd4jKernels.class);

  private static final int OLDEST_CODE = 5; // of libnd4jcuda for CUDA 11.6 that drivers still run
  private static final int NEWEST_CODE = 8;

  static {
    Blas.load(); // before ND4J brings OpenMP
  }

  private Nd4jKernels() {}

  static Kernels on(int device) {
    if (Nd4j.getExecutioner().type() != ExecutionerType.CUDA) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "GPU %d was asked for, but ND4J has found no GPU here and computes with %s",
              device,
              Nd4j.getBackend().getClass().getSimpleName()));
    }
    AffinityManager devices = Nd4j.getAffinityManager();
    if (device < 0 || device >= devices.getNumberOfDevices()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "GPU %d was asked for, but CUDA sees %d here, counted from 0",
              device,
              devices.getNumberOfDevices()));
    }
    NativeOps cuda = NativeOpsHolder.getInstance().getDeviceNativeOps();
    checkCode(
        device,
        cuda.getDeviceName(device),
        cuda.getDeviceMajor(device),
        cuda.getDeviceMinor(device));
    if (devices.getDeviceForCurrentThread() != device) {
      devices.unsafeSetDevice(device);
      LOG.info("computing on GPU {} of {}", device, devices.getNumberOfDevices());
    }
    return INSTANCE;
  }

  /**
   * ND4J starts on any GPU. On one that is newer than its machine code, which it has without PTX to
   * make more from, the first array takes minutes, in which the driver compiles cuBLAS, and fails
   * with a number.
   */
  static void checkCode(int device, String name, int major, int minor) {
    if (major < OLDEST_CODE || major > NEWEST_CODE) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "GPU %d was asked for, but ND4J has code for compute capability %d.0 to %d.9 alone, and that of %s is %d.%d",
              device,
              OLDEST_CODE,
              NEWEST_CODE,
              name,
              major,
              minor));
    }
  }

  /** The values as one row vector. */
  private static final class Values extends Buffer {
    final INDArray flat;

    Values(int length) {
      super(length);
      flat = Nd4j.zeros(DataType.FLOAT, length);
    }

    @Override
    public void close() {
      flat.close();
    }
  }

  private static final class View extends Matrix {
    final Values buffer;
    final INDArray all;

    View(Values buffer, int offset, int rows, int columns) {
      super(buffer, offset, rows, columns);
      this.buffer = buffer;
      all = slice(buffer, offset, rows * columns).reshape('c', rows, columns);
    }

    INDArray top(int rows) {
      return rows == rows() ? all : all.get(NDArrayIndex.interval(0, rows), NDArrayIndex.all());
    }
  }

  private static INDArray slice(Buffer buffer, int at, int length) {
    return ((Values) buffer).flat.get(NDArrayIndex.interval(at, at + length));
  }

  private static INDArray top(Matrix matrix, int rows) {
    return ((View) matrix).top(rows);
  }

  private static INDArray columns(INDArray x, int from, int to) {
    return x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  @Override
  public String library() {
    String nd4j = Artifact.of("ND4J", "org.nd4j", "nd4j-api");
    if (Nd4j.getExecutioner().type() != ExecutionerType.CUDA) {
      return nd4j;
    }
    int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
    return nd4j + " on " + NativeOpsHolder.getInstance().getDeviceNativeOps().getDeviceName(device);
  }

  @Override
  public Buffer allocate(int length) {
    return new Values(length);
  }

  @Override
  public Matrix matrix(Buffer buffer, int offset, int rows, int columns) {
    return new View((Values) buffer, offset, rows, columns);
  }

  @Override
  public void upload(float[] source, int from, Buffer target, int at, int length) {
    float[] values = new float[length];
    System.arraycopy(source, from, values, 0, length);
    slice(target, at, length).assign(Nd4j.createFromArray(values));
  }

  @Override
  public void download(Buffer source, int at, float[] target, int to, int length) {
    System.arraycopy(slice(source, at, length).dup().data().asFloat(), 0, target, to, length);
  }

  @Override
  public void uploadPixels(byte[] source, int from, Matrix target, int row) {
    float[] values = new float[target.columns()];
    for (int j = 0; j < values.length; j++) {
      values[j] = (source[from + j] & 255) / 255f;
    }
    uploadRow(values, 0, target, row);
  }

  @Override
  public void uploadRow(float[] source, int from, Matrix target, int row) {
    Buffer buffer = ((View) target).buffer;
    upload(source, from, buffer, target.offset() + row * target.columns(), target.columns());
  }

  @Override
  public void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z) {
    INDArray product = top(x, rows).mmul(((View) weights).all);
    top(z, rows).assign(product.addRowVector(((View) bias).all));
  }

  @Override
  public void multiplyBackwardInput(int rows, Matrix dz, Matrix weights, Matrix dx) {
    top(dx, rows).assign(top(dz, rows).mmul(((View) weights).all.transpose()));
  }

  @Override
  public void multiplyBackwardWeights(int rows, Matrix x, Matrix dz, Matrix dWeights) {
    ((View) dWeights).all.assign(top(x, rows).transpose().mmul(top(dz, rows)));
  }

  @Override
  public void multiply(int rows, Matrix x, int xAt, Matrix weights, Matrix z, int zAt) {
    INDArray w = ((View) weights).all;
    seenAs(z, zAt, rows, weights.columns()).assign(seenAs(x, xAt, rows, weights.rows()).mmul(w));
  }

  @Override
  public void multiplyTransposed(
      int rows, Matrix dz, int dzAt, Matrix weights, Matrix dx, int dxAt) {
    INDArray transposed = ((View) weights).all.transpose();
    seenAs(dx, dxAt, rows, weights.rows())
        .assign(seenAs(dz, dzAt, rows, weights.columns()).mmul(transposed));
  }

  @Override
  public void multiplyBackwardWeightsAdd(
      int rows, Matrix x, int xAt, Matrix dz, int dzAt, Matrix dWeights) {
    ((View) dWeights)
        .all.addi(
            seenAs(x, xAt, rows, dWeights.rows())
                .transpose()
                .mmul(seenAs(dz, dzAt, rows, dWeights.columns())));
  }

  /** Rows of another length out of the middle of a matrix. */
  private static INDArray seenAs(Matrix matrix, int at, int rows, int columns) {
    return slice(((View) matrix).buffer, matrix.offset() + at, rows * columns)
        .reshape('c', rows, columns);
  }

  @Override
  public void clear(Matrix matrix) {
    ((View) matrix).all.assign(0);
  }

  @Override
  public void unroll(int images, Matrix x, int from, Windows windows, Matrix patches) {
    INDArray padded = padded(images, windows);
    inside(padded, windows).assign(images(images, x, from, windows));
    INDArray unrolled = Nd4j.createUninitialized(DataType.FLOAT, unrolledShape(images, windows));
    for (int ky = 0; ky < windows.kernel(); ky++) {
      for (int kx = 0; kx < windows.kernel(); kx++) {
        at(unrolled, ky, kx).assign(seen(padded, windows, ky, kx));
      }
    }
    top(patches, images * windows.count())
        .assign(unrolled.reshape('c', images * windows.count(), windows.patchSize()));
  }

  @Override
  public void rollUp(int images, Matrix patches, Windows windows, Matrix x, int from) {
    INDArray padded = padded(images, windows);
    INDArray unrolled =
        top(patches, images * windows.count())
            .dup('c')
            .reshape('c', unrolledShape(images, windows));
    for (int ky = 0; ky < windows.kernel(); ky++) {
      for (int kx = 0; kx < windows.kernel(); kx++) {
        seen(padded, windows, ky, kx).addi(at(unrolled, ky, kx));
      }
    }
    images(images, x, from, windows).assign(inside(padded, windows));
  }

  /** Of patches with their windows and pixels apart. */
  private static long[] unrolledShape(int images, Windows windows) {
    return new long[] {
      images,
      windows.rows(),
      windows.columns(),
      windows.kernel(),
      windows.kernel(),
      windows.channels()
    };
  }

  /** Images with room for what windows see beyond the edges, all 0. */
  private static INDArray padded(int images, Windows windows) {
    return Nd4j.zeros(
        DataType.FLOAT,
        images,
        extent(windows, windows.height(), windows.rows()),
        extent(windows, windows.width(), windows.columns()),
        windows.channels());
  }

  private static int extent(Windows windows, int size, int count) {
    return Math.max(size - windows.start(), windows.kernel() - 1 + count * windows.stride());
  }

  private static INDArray inside(INDArray padded, Windows windows) {
    int start = -windows.start();
    return padded.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval(start, start + windows.height()),
        NDArrayIndex.interval(start, start + windows.width()),
        NDArrayIndex.all());
  }

  private static INDArray images(int images, Matrix x, int from, Windows windows) {
    return ((View) x)
        .all
        .get(NDArrayIndex.interval(from, from + images), NDArrayIndex.all())
        .reshape('c', images, windows.height(), windows.width(), windows.channels());
  }

  /** The pixels that all windows see at one place: [images, rows, columns, channels]. */
  private static INDArray seen(INDArray padded, Windows windows, int ky, int kx) {
    return padded.get(
        NDArrayIndex.all(),
        places(ky, windows.stride(), windows.rows()),
        places(kx, windows.stride(), windows.columns()),
        NDArrayIndex.all());
  }

  /** Ends a whole stride behind the last place: ND4J is right about no others. */
  private static INDArrayIndex places(int first, int stride, int count) {
    return NDArrayIndex.interval(first, stride, first + count * stride);
  }

  private static INDArray at(INDArray unrolled, int ky, int kx) {
    return unrolled.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.point(ky),
        NDArrayIndex.point(kx),
        NDArrayIndex.all());
  }

  @Override
  public void sumCells(int images, Matrix x, Cells cells, Cells.Weight weight, Matrix y) {
    INDArray pixels =
        top(x, images).reshape('c', images, cells.height(), cells.width(), cells.channels());
    INDArray sums = Nd4jImages.sumCells(pixels, cells, weight);
    top(y, images).assign(sums.reshape('c', images, cells.size()));
  }

  @Override
  public void repeatCells(int images, Matrix y, Cells cells, Cells.Weight weight, Matrix x) {
    INDArray values =
        top(y, images).reshape('c', images, cells.rows(), cells.columns(), cells.channels());
    INDArray pixels = Nd4jImages.repeatCells(values, cells, weight);
    top(x, images).assign(pixels.dup('c').reshape('c', images, cells.imageSize()));
  }

  @Override
  public void groupNormalizationForward(
      int images, Matrix x, Matrix gain, Matrix bias, Activation f, Matrix statistics, Matrix y) {
    int channels = gain.columns();
    int groups = statistics.columns() / 2;
    INDArray values = inGroups(x, images, channels, groups);
    INDArray rough = values.mean(true, 1, 3); // a sum of large values in float
    INDArray mean = rough.add(values.sub(rough).mean(true, 1, 3));
    INDArray centred = values.sub(mean);
    INDArray variance = centred.mul(centred).mean(true, 1, 3);
    INDArray inverse = Transforms.sqrt(variance.add(Kernels.NORMALIZATION_EPSILON)).rdiv(1);
    INDArray found = top(statistics, images);
    columns(found, 0, groups).assign(mean.reshape(images, groups));
    columns(found, groups, 2 * groups).assign(inverse.reshape(images, groups));
    int pixels = images * x.columns() / channels;
    INDArray normal = centred.mul(inverse).reshape('c', pixels, channels);
    seenAs(y, 0, pixels, channels)
        .assign(apply(f, normal.mulRowVector(((View) gain).all).addRowVector(((View) bias).all)));
  }

  @Override
  public void groupNormalizationBackward(
      int images,
      Matrix x,
      Matrix statistics,
      Matrix gain,
      Matrix dy,
      Matrix dGain,
      Matrix dBias,
      Matrix dx) {
    int channels = gain.columns();
    int groups = statistics.columns() / 2;
    int pixels = images * x.columns() / channels;
    INDArray found = top(statistics, images);
    INDArray mean = columns(found, 0, groups).dup('c').reshape(images, 1, groups, 1);
    INDArray inverse = columns(found, groups, 2 * groups).dup('c').reshape(images, 1, groups, 1);
    INDArray normal = inGroups(x, images, channels, groups).sub(mean).mul(inverse);
    INDArray d = seenAs(dy, 0, pixels, channels);
    ((View) dBias).all.assign(d.sum(true, 0));
    ((View) dGain).all.assign(d.mul(normal.reshape('c', pixels, channels)).sum(true, 0));
    if (dx != null) {
      INDArray dNormal = d.mulRowVector(((View) gain).all).reshape('c', normal.shape());
      INDArray along = normal.mul(dNormal.mul(normal).mean(true, 1, 3));
      inGroups(dx, images, channels, groups)
          .assign(dNormal.sub(dNormal.mean(true, 1, 3)).sub(along).mul(inverse));
    }
  }

  /** Images as [images, pixels, groups, channels of a group]. */
  private static INDArray inGroups(Matrix x, int images, int channels, int groups) {
    return top(x, images).reshape('c', images, x.columns() / channels, groups, channels / groups);
  }

  @Override
  public void biasActivationForward(int rows, Matrix z, int zAt, Matrix bias, Activation f) {
    INDArray pixels = seenAs(z, zAt, rows, bias.columns());
    pixels.assign(apply(f, pixels.addRowVector(((View) bias).all)));
  }

  @Override
  public void activationForward(int rows, Matrix z, Activation f) {
    top(z, rows).assign(apply(f, top(z, rows)));
  }

  private static INDArray apply(Activation f, INDArray z) {
    return switch (f) {
      case RELU -> Transforms.relu(z);
      case LEAKY_RELU -> Transforms.max(z, z.mul(Activation.LEAKY_SLOPE));
      case ELU -> Transforms.max(z, 0).add(Transforms.exp(Transforms.min(z, 0)).sub(1));
      case TANH -> Transforms.tanh(z);
      case SIGMOID -> Transforms.sigmoid(z);
      case IDENTITY -> z;
    };
  }

  @Override
  public void activationBackward(int rows, int first, Matrix a, Activation f, Matrix da) {
    int at = first * a.columns();
    seenAs(da, at, rows, a.columns()).muli(derivative(f, seenAs(a, at, rows, a.columns())));
  }

  private static INDArray derivative(Activation f, INDArray a) {
    return switch (f) {
      case RELU -> a.gt(0).castTo(DataType.FLOAT);
      case LEAKY_RELU ->
          a.gt(0)
              .castTo(DataType.FLOAT)
              .mul(1 - Activation.LEAKY_SLOPE)
              .add(Activation.LEAKY_SLOPE);
      case ELU -> Transforms.min(a, 0).add(1);
      case TANH -> a.mul(a).rsub(1);
      case SIGMOID -> a.mul(a.rsub(1));
      case IDENTITY -> Nd4j.onesLike(a);
    };
  }

  @Override
  public void biasBackward(int rows, Matrix dz, Matrix dBias) {
    ((View) dBias).all.assign(top(dz, rows).sum(true, 0));
  }

  @Override
  public void biasBackwardAdd(int rows, Matrix dz, int dzAt, Matrix dBias) {
    ((View) dBias).all.addi(seenAs(dz, dzAt, rows, dBias.columns()).sum(true, 0));
  }

  @Override
  public void squaredErrorForward(int rows, Matrix z, Activation f, Matrix x, Matrix rowError) {
    activationForward(rows, z, f);
    INDArray e = top(z, rows).sub(top(x, rows));
    top(rowError, rows).assign(e.mul(e).sum(true, 1));
  }

  @Override
  public void squaredErrorForwardBackward(
      int rows, Matrix z, Activation f, Matrix x, float scale, Matrix rowError, Matrix dz) {
    squaredErrorForward(rows, z, f, x, rowError);
    INDArray y = top(z, rows);
    top(dz, rows).assign(y.sub(top(x, rows)).mul(2 * scale).mul(derivative(f, y)));
  }

  @Override
  public void crossEntropyForward(int rows, Matrix z, Matrix x, Matrix rowError) {
    INDArray l = top(z, rows).dup();
    INDArray softplus =
        Transforms.max(l, 0).add(Transforms.log(Transforms.exp(Transforms.abs(l).neg()).add(1)));
    top(rowError, rows).assign(softplus.sub(top(x, rows).mul(l)).sum(true, 1));
    top(z, rows).assign(Transforms.sigmoid(l));
  }

  @Override
  public void crossEntropyForwardBackward(
      int rows, Matrix z, Matrix x, float scale, Matrix rowError, Matrix dz) {
    crossEntropyForward(rows, z, x, rowError);
    top(dz, rows).assign(top(z, rows).sub(top(x, rows)).mul(scale));
  }

  @Override
  public void structuralDissimilarityForward(
      int rows, Matrix z, Activation f, Matrix x, Windows windows, Matrix rowError) {
    activationForward(rows, z, f);
    top(rowError, rows).assign(new Nd4jDissimilarity(top(z, rows), top(x, rows), windows).error());
  }

  @Override
  public void structuralDissimilarityForwardBackward(
      int rows,
      Matrix z,
      Activation f,
      Matrix x,
      Windows windows,
      float scale,
      Matrix rowError,
      Matrix dz) {
    activationForward(rows, z, f);
    INDArray y = top(z, rows);
    Nd4jDissimilarity compared = new Nd4jDissimilarity(y, top(x, rows), windows);
    top(rowError, rows).assign(compared.error());
    top(dz, rows).assign(compared.gradient(scale).mul(derivative(f, y)));
  }

  @Override
  public void meanDifference(int rows, Matrix y, Matrix x, Windows windows, Matrix e) {
    top(e, rows).assign(Nd4jImages.windowMeans(top(y, rows).sub(top(x, rows)), windows));
  }

  @Override
  public void weightedSquares(int rows, Matrix e, Matrix weights, Matrix rowSum) {
    INDArray squares = top(e, rows).mul(top(e, rows));
    top(rowSum, rows).assign(squares.mulRowVector(((View) weights).all).sum(true, 1));
  }

  @Override
  public void columnSquares(int rows, Matrix e, Matrix columnSum) {
    ((View) columnSum).all.assign(top(e, rows).mul(top(e, rows)).sum(true, 0));
  }

  @Override
  public void entropyForward(int rows, Matrix x, Matrix rowEntropy) {
    INDArray p = Transforms.min(Transforms.max(top(x, rows).castTo(DataType.DOUBLE), 0), 1);
    INDArray sum = xLogX(p).add(xLogX(p.rsub(1)));
    top(rowEntropy, rows).assign(sum.sum(true, 1).neg());
  }

  /** 0 at 0, where the least double stands for it. */
  private static INDArray xLogX(INDArray x) {
    return x.mul(Transforms.log(Transforms.max(x, Double.MIN_NORMAL)));
  }

  /** See {@link GaussianLatent#bounded}. */
  private static INDArray bounded(INDArray raw) {
    INDArray above = Transforms.max(raw.sub(GaussianLatent.UPPER), 0).mul(2);
    INDArray below = Transforms.max(raw.rsub(GaussianLatent.LOWER), 0).mul(2);
    INDArray inside =
        Transforms.min(Transforms.max(raw, GaussianLatent.LOWER), GaussianLatent.UPPER);
    return inside
        .add(Transforms.log(above.add(1)).mul(0.5))
        .sub(Transforms.log(below.add(1)).mul(0.5));
  }

  /** See {@link GaussianLatent#boundedSlope}. */
  private static INDArray boundedSlope(INDArray raw) {
    INDArray above = Transforms.max(raw.sub(GaussianLatent.UPPER), 0).mul(2);
    INDArray below = Transforms.max(raw.rsub(GaussianLatent.LOWER), 0).mul(2);
    return above.add(below).add(1).rdiv(1);
  }

  @Override
  public void gaussianForward(int rows, Matrix heads, Matrix noise, Matrix z, Matrix rowKl) {
    int k = z.columns();
    INDArray mean = columns(top(heads, rows), 0, k);
    INDArray logVariance = bounded(columns(top(heads, rows), k, 2 * k));
    INDArray sigma = Transforms.exp(logVariance.mul(0.5));
    top(z, rows).assign(sigma.mul(top(noise, rows)).add(mean));
    top(rowKl, rows).assign(kl(mean, logVariance).sum(true, 1));
  }

  private static INDArray kl(INDArray mean, INDArray logVariance) {
    return mean.mul(mean).add(Transforms.exp(logVariance)).sub(1).sub(logVariance).mul(0.5);
  }

  @Override
  public void gaussianColumnKl(int rows, Matrix heads, Matrix columnKl) {
    int k = columnKl.columns();
    INDArray mean = columns(top(heads, rows), 0, k);
    INDArray logVariance = bounded(columns(top(heads, rows), k, 2 * k));
    ((View) columnKl).all.assign(kl(mean, logVariance).sum(true, 0));
  }

  @Override
  public void absoluteSumForward(int rows, Matrix z, Matrix rowSum) {
    top(rowSum, rows).assign(Transforms.abs(top(z, rows)).sum(true, 1));
  }

  @Override
  public void absoluteSumBackward(int rows, Matrix z, float scale, Matrix dz) {
    top(dz, rows).addi(Transforms.sign(top(z, rows)).mul(scale));
  }

  @Override
  public void add(int rows, Matrix x, Matrix d, Matrix y) {
    top(y, rows).assign(top(x, rows).add(top(d, rows)));
  }

  @Override
  public void multiply(int rows, Matrix x, Matrix d, Matrix y) {
    top(y, rows).assign(top(x, rows).mul(top(d, rows)));
  }

  @Override
  public void scaleAndShift(int rows, Matrix x, Matrix scale, Matrix shift, Matrix y) {
    INDArray scaled = top(x, rows).mulRowVector(((View) scale).all);
    top(y, rows).assign(scaled.addRowVector(((View) shift).all));
  }

  @Override
  public void gaussianBackward(
      int rows, Matrix heads, Matrix noise, Matrix dz, Matrix klScale, Matrix dHeads) {
    int k = dz.columns();
    INDArray mean = columns(top(heads, rows), 0, k);
    INDArray raw = columns(top(heads, rows), k, 2 * k);
    INDArray sigma = Transforms.exp(bounded(raw).mul(0.5));
    INDArray d = top(dz, rows);
    INDArray scale = ((View) klScale).all;
    INDArray dLogVariance =
        d.mul(sigma)
            .mul(top(noise, rows))
            .mul(0.5)
            .add(sigma.mul(sigma).sub(1).mulRowVector(scale).mul(0.5))
            .mul(boundedSlope(raw));
    columns(top(dHeads, rows), 0, k).assign(d.add(mean.mulRowVector(scale)));
    columns(top(dHeads, rows), k, 2 * k).assign(dLogVariance);
  }

  private static INDArray flat(Buffer buffer) {
    return ((Values) buffer).flat;
  }

  @Override
  public double sumOfSquares(Buffer values) {
    INDArray v = flat(values).castTo(DataType.DOUBLE);
    return v.mul(v).sumNumber().doubleValue();
  }

  @Override
  public void sgd(
      Buffer parameters, Buffer gradient, float gradientScale, float stepSize, float weightDecay) {
    INDArray g = flat(gradient).mul(gradientScale).add(flat(parameters).mul(weightDecay));
    flat(parameters).subi(g.mul(stepSize));
  }

  @Override
  public void momentum(
      Buffer parameters,
      Buffer gradient,
      Buffer velocity,
      float gradientScale,
      float stepSize,
      float momentum,
      float weightDecay) {
    INDArray g = flat(gradient).mul(gradientScale).add(flat(parameters).mul(weightDecay));
    flat(velocity).muli(momentum).addi(g);
    flat(parameters).subi(flat(velocity).mul(stepSize));
  }

  @Override
  public void adam(
      Buffer parameters,
      Buffer gradient,
      Buffer firstMoment,
      Buffer secondMoment,
      float gradientScale,
      float stepSize,
      float beta1,
      float beta2,
      float epsilon,
      float sqrtCorrection2,
      float decay) {
    INDArray g = flat(gradient).mul(gradientScale);
    flat(firstMoment).muli(beta1).addi(g.mul(1 - beta1));
    flat(secondMoment).muli(beta2).addi(g.mul(g).mul(1 - beta2));
    INDArray root = Transforms.sqrt(flat(secondMoment)).div(sqrtCorrection2).add(epsilon);
    flat(parameters).muli(1 - decay);
    flat(parameters).subi(flat(firstMoment).div(root).mul(stepSize));
  }
}
