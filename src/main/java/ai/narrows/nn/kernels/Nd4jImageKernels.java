package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.Nd4jKernels.apply;
import static ai.narrows.nn.kernels.Nd4jKernels.columns;
import static ai.narrows.nn.kernels.Nd4jKernels.seenAs;
import static ai.narrows.nn.kernels.Nd4jKernels.top;

import ai.narrows.nn.kernels.Nd4jKernels.View;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link ImageKernels} of {@link Nd4jKernels}. */
final class Nd4jImageKernels implements ImageKernels {
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

  /** Images as [images, pixels, groups, channels of a group]. */
  private static INDArray inGroups(Matrix x, int images, int channels, int groups) {
    return top(x, images).reshape('c', images, x.columns() / channels, groups, channels / groups);
  }

  private static INDArray inside(INDArray padded, Windows windows) {
    int start = -windows.start();
    return padded.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval(start, start + windows.height()),
        NDArrayIndex.interval(start, start + windows.width()),
        NDArrayIndex.all());
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

  private static INDArray images(int images, Matrix x, int from, Windows windows) {
    return ((View) x)
        .all
        .get(NDArrayIndex.interval(from, from + images), NDArrayIndex.all())
        .reshape('c', images, windows.height(), windows.width(), windows.channels());
  }
}
