package ai.narrows.images.features;

import ai.narrows.images.ImageShape;
import ai.narrows.nn.layers.Standardization;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What a backbone is and what is made of its features; a model keeps it.
 *
 * @param name {@code filters}, or the name of the ONNX file
 * @param sha256 of the ONNX file, hexadecimal; empty for filters
 * @param outputs names of the outputs whose features are taken, in this order; none for filters
 * @param size side in pixels of the square images that it takes
 * @param grid side of the grid that the features are brought to
 * @param mean of each color channel (red, green, blue; in [0, 1]) that is subtracted first
 * @param deviation that each color channel is divided by then
 * @param channels of the grid
 * @param scale mean and standard deviation of each channel of the grid over training images; none
 *     before they are known
 */
public record BackboneSpec(
    String name,
    String sha256,
    List<String> outputs,
    int size,
    int grid,
    List<Double> mean,
    List<Double> deviation,
    int channels,
    Standardization scale)
    implements Serializable {

  /** The name of the filters that are built in. */
  public static final String FILTERS = "filters";

  private static final int MOST_SIDE = 4096;
  private static final int MOST_CHANNELS = 1 << 16;

  /** None: networks see pixels. */
  public static final BackboneSpec NONE =
      new BackboneSpec("", "", List.of(), 0, 0, List.of(), List.of(), 0, Standardization.NONE);

  public BackboneSpec {
    outputs = List.copyOf(outputs);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    boolean filters = name.equals(FILTERS);
    if (!name.isEmpty()) {
      check(sha256.matches(filters ? "" : "[0-9a-f]{64}"), "SHA-256", sha256);
      check(outputs.isEmpty() == filters, "outputs", outputs);
      check(size >= 1 && size <= MOST_SIDE, "size", size);
      check(grid >= 1 && grid <= size, "grid", grid);
      check(channels >= 1 && channels <= MOST_CHANNELS, "channels", channels);
      check(mean.size() == 3 && mean.stream().allMatch(Double::isFinite), "mean", mean);
      check(
          deviation.size() == 3 && deviation.stream().allMatch(d -> d > 0 && Double.isFinite(d)),
          "deviation",
          deviation);
      check(!scale.any() || scale.channels() == channels, "scaled channels", scale.channels());
    } else {
      check(
          sha256.isEmpty()
              && outputs.isEmpty()
              && size == 0
              && grid == 0
              && channels == 0
              && mean.isEmpty()
              && deviation.isEmpty()
              && !scale.any(),
          "empty name beside",
          "others");
    }
  }

  /** Whether there is one. */
  public boolean any() {
    return !name.isEmpty();
  }

  private static void check(boolean sound, String what, Object value) {
    if (!sound) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a backbone cannot have the %s %s", what, value));
    }
  }

  /** Shape of the images that it takes. */
  public ImageShape input() {
    return new ImageShape(size, size, 3);
  }

  /** Shape of the grid. */
  public ImageShape output() {
    return new ImageShape(grid, grid, channels);
  }

  /** The same with another scale of its features. */
  public BackboneSpec with(Standardization other) {
    return new BackboneSpec(name, sha256, outputs, size, grid, mean, deviation, channels, other);
  }

  /** Whether it is built in, so that no file belongs to it. */
  public boolean builtIn() {
    return name.equals(FILTERS);
  }

  /** Whether an ONNX file belongs to it. */
  public boolean hasFile() {
    return any() && !builtIn();
  }

  /** In words, for messages. */
  @Override
  public String toString() {
    return builtIn()
        ? String.format(
            Locale.ROOT, "%s of %dx%d pixels on a %dx%d grid", name, size, size, grid, grid)
        : String.format(
            Locale.ROOT,
            "%s (SHA-256 %s..., outputs %s, %dx%d pixels, %dx%d grid, mean %s, deviation %s)",
            name,
            sha256.substring(0, 12),
            String.join(", ", outputs),
            size,
            size,
            grid,
            grid,
            mean,
            deviation);
  }
}
