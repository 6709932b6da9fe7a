package ai.narrows.images.features;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.nn.layers.Standardization;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.broadcast.Broadcast;

/**
 * From an image to the grid of bytes that networks work on in its place: the features of a
 * backbone, each the mean of a neighborhood of 3x3 positions (as in PatchCore, Roth et al. 2022,
 * section 3.1), standardized by channel, clipped at four standard deviations and rounded to a byte.
 * So a grid takes as little memory as an image, is exactly the same wherever it is computed, and
 * 127.5 stands for the mean of a channel.
 *
 * <p>An instance serves one thread; tasks get their own by deserialization.
 */
public final class Features implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Standard deviations from the mean at which features are clipped. */
  public static final float CLIP = 4;

  private final BackboneSpec spec;
  private final Broadcast<byte[]> file; // null for the filters

  private transient Backbone.Extractor extractor;
  private transient float[] raw; // [output]
  private transient float[] averaged; // [output]
  private transient float[] factors; // [channels], and so are the offsets
  private transient float[] offsets;

  /**
   * Of a backbone.
   *
   * @param file the ONNX file, null for the filters
   */
  public Features(BackboneSpec spec, Broadcast<byte[]> file) {
    this.spec = spec;
    this.file = file;
  }

  /** What they are. */
  public BackboneSpec spec() {
    return spec;
  }

  /** Shape of the images that they are extracted from. */
  public ImageShape input() {
    return spec.input();
  }

  /** Shape of the grid. */
  public ImageShape output() {
    return spec.output();
  }

  /** Whether the scale is known, without which there are no bytes. */
  public boolean scaled() {
    return spec.scale().any();
  }

  /** The same with a scale. */
  public Features with(Standardization scale) {
    return new Features(spec.with(scale), file);
  }

  /**
   * Features as they are, averaged over neighbors.
   *
   * @param pixels hold the image, uint8 [input], from {@code from} on
   * @return [output], valid until the next call
   */
  public float[] values(byte[] pixels, int from) {
    if (extractor == null) {
      extractor = Backbones.open(spec, file == null ? null : file.value()).extractor();
      raw = new float[output().size()];
      averaged = new float[raw.length];
    }
    extractor.extract(pixels, from, raw);
    float sum = 0;
    for (float value : raw) {
      sum += value * 0;
    }
    if (sum != 0) {
      throw new InputException(
          "gives features that are not finite numbers with the backbone " + spec.name());
    }
    average();
    return averaged;
  }

  /** Means over neighborhoods of 3x3 positions, of which fewer exist at the border. */
  private void average() {
    int side = spec.grid();
    int channels = spec.channels();
    for (int y = 0; y < side; y++) {
      int top = Math.max(0, y - 1);
      int bottom = Math.min(side - 1, y + 1);
      for (int x = 0; x < side; x++) {
        int left = Math.max(0, x - 1);
        int right = Math.min(side - 1, x + 1);
        int to = (y * side + x) * channels;
        Arrays.fill(averaged, to, to + channels, 0);
        for (int v = top; v <= bottom; v++) {
          for (int u = left; u <= right; u++) {
            int from = (v * side + u) * channels;
            for (int c = 0; c < channels; c++) {
              averaged[to + c] += raw[from + c];
            }
          }
        }
        float share = 1f / ((bottom - top + 1) * (right - left + 1));
        for (int c = 0; c < channels; c++) {
          averaged[to + c] *= share;
        }
      }
    }
  }

  /**
   * Features as bytes.
   *
   * @param pixels hold the image, uint8 [input], from {@code from} on
   * @param target receives [output]
   */
  public void bytes(byte[] pixels, int from, byte[] target) {
    if (factors == null) {
      factors = spec.scale().scale(spec.channels());
      offsets = spec.scale().shift(spec.channels());
    }
    float[] values = values(pixels, from);
    float unit = 127.5f / CLIP;
    for (int i = 0; i < values.length; i += spec.channels()) {
      for (int c = 0; c < spec.channels(); c++) {
        float standardized = values[i + c] * factors[c] + offsets[c];
        float clipped = Math.max(-CLIP, Math.min(CLIP, standardized));
        target[i + c] = (byte) (int) (clipped * unit + 128f); // rounded half up, 0 to 255
      }
    }
  }
}
