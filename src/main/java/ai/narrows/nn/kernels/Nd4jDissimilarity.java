package ai.narrows.nn.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Structural dissimilarity in ND4J: the formulas of {@link DissimilarityLoops}. */
final class Nd4jDissimilarity {
  private final Windows windows;
  private final INDArray y; // [images, height, width, channels], as all that belongs to pixels
  private final INDArray d;
  private final INDArray meanY; // [images, rows, columns, channels], as all that belongs to windows
  private final INDArray meanD;
  private final INDArray means; // the denominators of u
  private final INDArray variances; // the denominators of v
  private final INDArray u;
  private final INDArray v;

  /**
   * Compares images.
   *
   * @param y [images, windows.imageSize()]
   * @param x [images, windows.imageSize()]
   */
  Nd4jDissimilarity(INDArray y, INDArray x, Windows windows) {
    this.windows = windows;
    this.y = images(y).sub(DissimilarityLoops.CENTRE);
    INDArray target = images(x).sub(DissimilarityLoops.CENTRE);
    d = images(y.sub(x));
    INDArray meanX = mean(target);
    meanD = mean(d);
    meanY = meanX.add(meanD);
    INDArray wholeX = meanX.add(DissimilarityLoops.CENTRE);
    INDArray wholeY = meanY.add(DissimilarityLoops.CENTRE);
    means = wholeX.mul(wholeX).add(wholeY.mul(wholeY)).add(DissimilarityLoops.C1);
    INDArray squares = mean(target.mul(target).add(this.y.mul(this.y)));
    INDArray squaredMeans = meanX.mul(meanX).add(meanY.mul(meanY));
    variances = Transforms.max(squares.sub(squaredMeans), 0).add(DissimilarityLoops.C2);
    u = meanD.mul(meanD).div(means);
    v = mean(d.mul(d)).sub(meanD.mul(meanD)).div(variances);
  }

  /** [images, 1]: the mean over the windows, times the values of an image. */
  INDArray error() {
    INDArray each = u.add(v).sub(u.mul(v));
    return each.reshape('c', y.size(0), windowValues()).mean(true, 1).mul(windows.imageSize());
  }

  /** Of the sum of {@link #error} times a scale with respect to y: [images, imageSize]. */
  INDArray gradient(float scale) {
    double each = 2d * scale * windows.imageSize() / windowValues();
    INDArray q = u.rsub(1).div(variances).mul(each);
    INDArray r = q.mul(v).neg();
    INDArray ofMeans = v.rsub(1).mul(meanD.sub(u.mul(meanY.add(DissimilarityLoops.CENTRE))));
    INDArray p = ofMeans.div(means).mul(each).sub(q.mul(meanD)).sub(r.mul(meanY));
    return meanBackward(p)
        .add(meanBackward(q).mul(d))
        .add(meanBackward(r).mul(y))
        .reshape('c', y.size(0), windows.imageSize());
  }

  private int windowValues() {
    return windows.count() * windows.channels();
  }

  private INDArray images(INDArray rows) {
    return rows.reshape('c', rows.size(0), windows.height(), windows.width(), windows.channels());
  }

  /** Of each window of each channel. */
  private INDArray mean(INDArray images) {
    int kernel = windows.kernel();
    long height = images.size(1) - kernel + 1;
    long width = images.size(2) - kernel + 1;
    INDArray down = lines(images, 0, height).dup('c');
    for (int k = 1; k < kernel; k++) {
      down.addi(lines(images, k, height));
    }
    INDArray across = columns(down, 0, width).dup('c');
    for (int k = 1; k < kernel; k++) {
      across.addi(columns(down, k, width));
    }
    return across.divi(kernel * kernel);
  }

  /** The transpose of {@link #mean}: the windows that hold a pixel are themselves a window. */
  private INDArray meanBackward(INDArray ofWindows) {
    int beyond = windows.kernel() - 1;
    INDArray padded =
        Nd4j.zeros(
            DataType.FLOAT,
            ofWindows.size(0),
            ofWindows.size(1) + 2L * beyond,
            ofWindows.size(2) + 2L * beyond,
            ofWindows.size(3));
    columns(lines(padded, beyond, ofWindows.size(1)), beyond, ofWindows.size(2)).assign(ofWindows);
    return mean(padded);
  }

  private static INDArray lines(INDArray images, int from, long count) {
    return images.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval(from, from + count),
        NDArrayIndex.all(),
        NDArrayIndex.all());
  }

  private static INDArray columns(INDArray images, int from, long count) {
    return images.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(from, from + count),
        NDArrayIndex.all());
  }
}
