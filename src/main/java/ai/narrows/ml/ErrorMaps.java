package ai.narrows.ml;

import ai.narrows.images.ImageShape;
import ai.narrows.nn.kernels.Uint8;

/** Where reconstructions differ from the images of a batch. */
final class ErrorMaps {
  private final ImageShape shape;
  private final int rows;
  private final float[] images; // [rows, height, width, channels], in [0, 1]
  private final float[] map; // [height, width]

  /**
   * @param rows of a batch; 0 where no maps are wanted
   */
  ErrorMaps(ImageShape shape, int rows) {
    this.shape = shape;
    this.rows = rows;
    images = new float[rows * shape.size()];
    map = new float[rows == 0 ? 0 : shape.height() * shape.width()];
  }

  /** Takes an image in: uint8 [height, width, channels]. */
  void setRow(int index, byte[] bytes) {
    if (rows > 0) {
      for (int i = 0, at = index * shape.size(); i < shape.size(); i++) {
        images[at + i] = Uint8.unit(bytes[i]);
      }
    }
  }

  /** Takes an image in: [height, width, channels], in [0, 1]. */
  void setRow(int index, float[] pixels) {
    if (rows > 0) {
      System.arraycopy(pixels, 0, images, index * shape.size(), shape.size());
    }
  }

  /**
   * The map of an image, [height, width] from 0 to 1, valid until the next one is made.
   *
   * @param rebuilt [rows, height, width, channels], in [0, 1]
   */
  float[] of(int index, float[] rebuilt) {
    int channels = shape.channels();
    int at = index * shape.size();
    for (int i = 0; i < map.length; i++) {
      double sum = 0;
      for (int c = 0; c < channels; c++, at++) {
        double difference = (double) images[at] - rebuilt[at];
        sum += difference * difference;
      }
      map[i] = (float) Math.sqrt(sum / channels);
    }
    return map;
  }
}
