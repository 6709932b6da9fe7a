package ai.narrows.nn.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Formulas of {@link Nd4jKernels} on images [images, height, width, channels]. */
final class Nd4jImages {
  private Nd4jImages() {}

  /** See {@link ImageKernels#sumCells}: x [images, height, width, channels], its sums likewise. */
  static INDArray sumCells(INDArray x, Cells cells, Cells.Weight weight) {
    INDArray whole = ofWholeCells(x.size(0), cells);
    inside(whole, cells).assign(x);
    return apart(whole, cells).sum(2, 4).mul(weights(cells, weight));
  }

  /**
   * See {@link ImageKernels#repeatCells}: y [images, rows, columns, channels], the result likewise.
   */
  static INDArray repeatCells(INDArray y, Cells cells, Cells.Weight weight) {
    INDArray whole = ofWholeCells(y.size(0), cells);
    INDArray weighted = y.mul(weights(cells, weight));
    for (int ky = 0; ky < cells.side(); ky++) {
      for (int kx = 0; kx < cells.side(); kx++) {
        apart(whole, cells)
            .get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.point(ky),
                NDArrayIndex.all(),
                NDArrayIndex.point(kx),
                NDArrayIndex.all())
            .assign(weighted);
      }
    }
    return inside(whole, cells);
  }

  /** Images with room for whole cells at the edges, all 0. */
  private static INDArray ofWholeCells(long images, Cells cells) {
    return Nd4j.zeros(
        DataType.FLOAT,
        images,
        (long) cells.rows() * cells.side(),
        (long) cells.columns() * cells.side(),
        cells.channels());
  }

  /** A view with cells and pixels apart: [images, rows, side, columns, side, channels]. */
  private static INDArray apart(INDArray whole, Cells cells) {
    return whole.reshape(
        'c',
        whole.size(0),
        cells.rows(),
        cells.side(),
        cells.columns(),
        cells.side(),
        cells.channels());
  }

  private static INDArray inside(INDArray whole, Cells cells) {
    return whole.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval(0, cells.height()),
        NDArrayIndex.interval(0, cells.width()),
        NDArrayIndex.all());
  }

  /** What a pixel of each cell counts: [1, rows, columns, 1]. */
  private static INDArray weights(Cells cells, Cells.Weight weight) {
    float[] weights = new float[cells.rows() * cells.columns()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = cells.weight(weight, i / cells.columns(), i % cells.columns());
    }
    return Nd4j.createFromArray(weights).reshape(1, cells.rows(), cells.columns(), 1);
  }

  /**
   * Means over the windows around the pixels, of what is in the image.
   *
   * @param rows [images, imageSize]
   */
  static INDArray windowMeans(INDArray rows, Windows windows) {
    int margin = -windows.start();
    long height = windows.height();
    long width = windows.width();
    INDArray images = rows.reshape('c', rows.size(0), height, width, windows.channels());
    INDArray sums = Nd4j.zeros(DataType.FLOAT, images.shape());
    INDArray pixels = Nd4j.zeros(DataType.FLOAT, images.shape());
    for (int down = -margin; down <= margin; down++) {
      for (int across = -margin; across <= margin; across++) {
        INDArray there = shifted(images, down, across);
        shifted(sums, -down, -across).addi(there);
        shifted(pixels, -down, -across).addi(1);
      }
    }
    return sums.divi(pixels).reshape('c', rows.shape());
  }

  /** The part of images [images, height, width, channels] that lies in them moved so far, too. */
  private static INDArray shifted(INDArray images, int down, int across) {
    return images.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval(Math.max(0, down), images.size(1) + Math.min(0, down)),
        NDArrayIndex.interval(Math.max(0, across), images.size(2) + Math.min(0, across)),
        NDArrayIndex.all());
  }
}
