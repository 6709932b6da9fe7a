package ai.narrows.nn.kernels;

import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
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

  private static final int OLDEST_CODE = 5;

  // of libnd4jcuda for CUDA 11.6 that drivers still run
  private static final int NEWEST_CODE = 8;

  static {
    Blas.load(); // before ND4J brings OpenMP
  }

  private final LayerKernels layers = new Nd4jLayerKernels();

  private final ImageKernels images = new Nd4jImageKernels();

  private final LossKernels losses = new Nd4jLossKernels();

  private final LatentKernels latents = new Nd4jLatentKernels();

  private final UpdateKernels updates = new Nd4jUpdateKernels();

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
  static final class Values extends Buffer {
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

  static final class View extends Matrix {
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
  public void clear(Matrix matrix) {
    ((View) matrix).all.assign(0);
  }

  /** Rows of another length out of the middle of a matrix. */
  static INDArray seenAs(Matrix matrix, int at, int rows, int columns) {
    return slice(((View) matrix).buffer, matrix.offset() + at, rows * columns)
        .reshape('c', rows, columns);
  }

  static INDArray apply(Activation f, INDArray z) {
    return switch (f) {
      case RELU -> Transforms.relu(z);
      case LEAKY_RELU -> Transforms.max(z, z.mul(Activation.LEAKY_SLOPE));
      case ELU -> Transforms.max(z, 0).add(Transforms.exp(Transforms.min(z, 0)).sub(1));
      case TANH -> Transforms.tanh(z);
      case SIGMOID -> Transforms.sigmoid(z);
      case IDENTITY -> z;
    };
  }

  /** The activation in place of its argument. */
  static void activate(int rows, Matrix z, Activation f) {
    top(z, rows).assign(apply(f, top(z, rows)));
  }

  static INDArray derivative(Activation f, INDArray a) {
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

  static INDArray slice(Buffer buffer, int at, int length) {
    return ((Values) buffer).flat.get(NDArrayIndex.interval(at, at + length));
  }

  static INDArray top(Matrix matrix, int rows) {
    return ((View) matrix).top(rows);
  }

  static INDArray columns(INDArray x, int from, int to) {
    return x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  @Override
  public LayerKernels layers() {
    return layers;
  }

  @Override
  public ImageKernels images() {
    return images;
  }

  @Override
  public LossKernels losses() {
    return losses;
  }

  @Override
  public LatentKernels latents() {
    return latents;
  }

  @Override
  public UpdateKernels updates() {
    return updates;
  }
}
