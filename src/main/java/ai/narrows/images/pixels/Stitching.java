package ai.narrows.images.pixels;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.util.Arrays;
import org.apache.spark.sql.Row;

/**
 * An image put together from its patches: where several lie on a pixel, their mean. Patches come in
 * the order of their numbers, so that what none of the others will touch becomes bytes at once: it
 * holds floats for as many lines as a patch has, and the rest as uint8.
 */
public final class Stitching {
  private final PatchGrid grid;
  private final ImageShape shape;
  private final int line; // values of a line of the image
  private final int[] down; // [height], patches on each line
  private final int[] across; // [width], patches on each column
  private final byte[] stitched; // [height, width, channels]
  private float[] band; // [patch height, width, channels], sums from line top on
  private int top;

  /**
   * @param grid where the patches lie
   * @param channels of what is stitched: 1 or 3
   */
  public Stitching(PatchGrid grid, int channels) {
    this.grid = grid;
    shape = new ImageShape(grid.image().height(), grid.image().width(), channels);
    line = shape.width() * channels;
    down = grid.coveredDown();
    across = grid.coveredAcross();
    stitched = new byte[shape.size()];
    band = new float[grid.patch().height() * line];
  }

  /**
   * Puts the next patch into its place.
   *
   * @param index its number, not below that of the one before
   * @param values hold it, [height, width, channels] in [0, 1], from {@code from} on
   */
  public void add(int index, float[] values, int from) {
    finishTo(grid.top(index));
    int width = grid.patch().width() * shape.channels();
    int left = grid.left(index) * shape.channels();
    for (int y = 0, at = from; y < grid.patch().height(); y++) {
      int to = y * line + left;
      for (int i = 0; i < width; i++) {
        band[to + i] += values[at++];
      }
    }
  }

  /** The image as Spark's image struct, when all patches are in their places. */
  public Row toImage() {
    finishTo(shape.height());
    band = null;
    return ImageRows.toImage(null, shape, stitched);
  }

  /**
   * The same, resized.
   *
   * @param height rows of the image
   * @param width columns of the image
   */
  public Row toImage(int height, int width) {
    finishTo(shape.height());
    band = null;
    ImageShape large = new ImageShape(height, width, shape.channels());
    byte[] resized = new byte[large.size()];
    new Resampler(shape, height, width).resize(stitched, resized, 0);
    return ImageRows.toImage(null, large, resized);
  }

  /** Turns the lines above this one, which are complete, into bytes, and moves the others up. */
  private void finishTo(int next) {
    int done = Math.min(next, shape.height()) - top;
    if (done == 0) {
      return;
    }
    for (int y = 0; y < done; y++) {
      for (int x = 0, i = y * line; x < shape.width(); x++) {
        int patches = down[top + y] * across[x];
        for (int c = 0; c < shape.channels(); c++, i++) {
          band[i] /= patches;
        }
      }
    }
    ImageRows.toBytes(band, 0, stitched, top * line, done * line);
    System.arraycopy(band, done * line, band, 0, band.length - done * line);
    Arrays.fill(band, band.length - done * line, band.length, 0);
    top += done;
  }
}
