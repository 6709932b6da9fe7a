package ai.narrows.images.features;

import ai.narrows.images.ImageShape;

/**
 * A frozen feature extractor: it turns an image into a grid of features. Several threads may use
 * one at a time, each through an {@link Extractor} of its own. The same image gives the same bits
 * wherever it stands.
 */
interface Backbone {

  /** Shape of the images that it takes: [size, size, 3], blue, green, red. */
  ImageShape input();

  /** Shape of the grid: [grid, grid, channels]. */
  ImageShape output();

  /** What one thread extracts features with. */
  Extractor extractor();

  /** Extracts the features of one image after the other. */
  interface Extractor {
    /**
     * Features of an image.
     *
     * @param pixels hold the image, uint8 [input], from {@code from} on
     * @param target receives its features [output]
     */
    void extract(byte[] pixels, int from, float[] target);
  }
}
