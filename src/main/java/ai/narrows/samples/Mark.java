package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/** A defect of a certain size at a certain place of a part. */
sealed interface Mark permits Scratch, Blob, Missing {

  /** Draws one at random; it may turn out too small or too large, or lie off the part. */
  static Mark draw(PartDefect defect, Scene scene, RandomStream random) {
    return switch (defect) {
      case SCRATCH -> Scratch.draw(scene, random);
      case BLOB -> Blob.draw(scene, random);
      case MISSING -> Missing.draw(scene, random);
    };
  }

  /** How much of it there is at a place of the picture, from 0 to 1. */
  double strength(double x, double y);

  /**
   * What a pixel would be, were there nothing but the mark.
   *
   * @param values [channels], those of the picture without it, overwritten
   */
  void paint(int pixel, double[] values);
}
