package ai.narrows.ml.onnx;

import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.PatchGrid;
import ai.narrows.images.pixels.Stitching;
import java.util.ArrayList;
import java.util.List;

/**
 * Images of one size cut into patches, and what becomes of them put together: as {@link PatchGrid}
 * and {@link Stitching} do it. The patches of a batch are [patches, n] rows.
 */
final class PatchNodes {
  private final Graph graph;
  private final PatchGrid grid;
  private final ImageShape image;
  private final ImageShape patch;
  private final int across;
  private final int down;

  PatchNodes(Graph graph, PatchGrid grid) {
    this.graph = graph;
    this.grid = grid;
    image = grid.image();
    patch = grid.patch();
    across = grid.across();
    down = grid.count() / across;
  }

  /** The images that are cut. */
  ImageShape image() {
    return image;
  }

  /** How many patches an image has. */
  int count() {
    return grid.count();
  }

  /** Whether every pixel is a patch, so that nothing is to be cut. */
  private boolean pixels() {
    return patch.height() == 1 && patch.width() == 1;
  }

  /**
   * Cuts images.
   *
   * @param images [n, height, width, channels]
   * @return [patches n, values of a patch]
   */
  String rows(String images) {
    String patches;
    if (count() == 1) {
      patches = images;
    } else if (pixels()) {
      patches = graph.transpose(images, 1, 2, 0, 3);
    } else {
      List<String> lines = new ArrayList<>();
      for (int y = 0; y < down; y++) {
        int top = grid.top(y * across);
        String line = graph.slice(images, 1, top, top + patch.height());
        for (int x = 0; x < across; x++) {
          int left = grid.left(x);
          lines.add(graph.slice(line, 2, left, left + patch.width()));
        }
      }
      patches = graph.concatenate(0, lines);
    }
    return graph.reshape(patches, -1, patch.size());
  }

  /**
   * The patches' values at a quantile.
   *
   * @param values [patches n]
   * @return [n]
   */
  String quantile(String values, double share) {
    if (count() == 1) {
      return values;
    }
    // As Ranks.quantile counts.
    int rank = Math.max(1, (int) Math.ceil(share * count() - 1e-9));
    int fromTop = count() - rank + 1;
    String byPatch = graph.reshape(values, count(), -1);
    String largest = graph.largest(byPatch, fromTop);
    return graph.reshape(graph.slice(largest, 0, fromTop - 1, fromTop), -1);
  }

  /**
   * The mean of the patches' vectors.
   *
   * @param vectors [patches n, width]
   * @return [n, width]
   */
  String mean(String vectors, int width) {
    return count() == 1
        ? vectors
        : graph.divide(
            graph.sum(graph.reshape(vectors, count(), -1, width), 0), graph.number(count()));
  }

  /**
   * Patches put together, with the mean where several lie on a pixel.
   *
   * @param values [patches n, values of a patch of so many channels]
   * @return [n, height, width, channels]
   */
  String stitched(String values, int channels) {
    if (count() == 1) {
      return graph.reshape(values, -1, image.height(), image.width(), channels);
    }
    if (pixels()) {
      String placed = graph.reshape(values, image.height(), image.width(), -1, channels);
      return graph.transpose(placed, 2, 0, 1, 3);
    }
    int h = patch.height();
    int w = patch.width();
    String patches = graph.reshape(values, down, across, -1, (long) h * w * channels);
    String image = null;
    for (int y = 0; y < down; y++) {
      String line = graph.slice(patches, 0, y, y + 1);
      String band = null;
      for (int x = 0; x < across; x++) {
        String one = graph.reshape(graph.slice(line, 1, x, x + 1), -1, h, w, channels);
        int left = grid.left(x);
        String padded = padded(one, 2, left, this.image.width() - left - w);
        band = band == null ? padded : graph.add(band, padded);
      }
      int top = grid.top(y * across);
      String padded = padded(band, 1, top, this.image.height() - top - h);
      image = image == null ? padded : graph.add(image, padded);
    }
    return graph.divide(image, coverage());
  }

  private String padded(String x, int axis, int before, int behind) {
    long[] pads = new long[8];
    pads[axis] = before;
    pads[4 + axis] = behind;
    return graph.node("Pad", x, graph.integers(pads));
  }

  /** How many patches are on each pixel: [1, height, width, 1]. */
  private String coverage() {
    int[] lines = grid.coveredDown();
    int[] columns = grid.coveredAcross();
    float[] counts = new float[lines.length * columns.length];
    for (int y = 0; y < lines.length; y++) {
      for (int x = 0; x < columns.length; x++) {
        counts[y * columns.length + x] = lines[y] * columns[x];
      }
    }
    return graph.floats("coverage", counts, 1, lines.length, columns.length, 1);
  }
}
