package ai.narrows.train;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.layers.Architecture;
import java.io.Serializable;
import java.util.Locale;

/**
 * What becomes of an image whenever training takes it up: it is flipped and shifted by chance, for
 * the encoder and for the loss alike. Nothing of it is left when a model is evaluated or used.
 *
 * @param flip what an image may be mirrored in, each with probability 1/2
 * @param shift most pixels that an image is moved by, vertically and horizontally; where it is
 *     moved away, its edge is repeated
 * @param height of the images
 * @param width of the images
 * @param channels of the images
 */
public record Augmentation(Flip flip, int shift, int height, int width, int channels)
    implements Serializable {

  /** Images stay as they are, whatever their shape. */
  public static final Augmentation NONE = new Augmentation(Flip.NONE, 0, 1, 1, 1);

  /** What an image may be mirrored in. */
  public enum Flip implements Labelled {
    /** Nothing. */
    NONE("none", false, false),
    /** Left and right. */
    HORIZONTAL("horizontal", true, false),
    /** Top and bottom. */
    VERTICAL("vertical", false, true),
    /** Either, both or neither. */
    BOTH("both", true, true);

    private final String label;
    private final boolean horizontal;
    private final boolean vertical;

    Flip(String label, boolean horizontal, boolean vertical) {
      this.label = label;
      this.horizontal = horizontal;
      this.vertical = vertical;
    }

    @Override
    public String label() {
      return label;
    }

    boolean horizontal() {
      return horizontal;
    }

    boolean vertical() {
      return vertical;
    }
  }

  public Augmentation {
    if (shift < 0) {
      throw new ParamException("shift", "must be at least 0", shift);
    }
    if (shift > 0 && shift >= Math.min(height, width)) {
      throw new ParamException(
          "shift",
          Message.of("must be smaller than the images, which have %sx%s pixels", height, width),
          shift);
    }
  }

  /** Whether it changes anything. */
  public boolean any() {
    return flip != Flip.NONE || shift > 0;
  }

  /**
   * Checks that this can be done to what such a network is trained on.
   *
   * @throws IllegalArgumentException if not
   */
  void check(Architecture architecture) {
    if (any() && (long) height * width * channels != architecture.inputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "augmentation of images of %dx%dx%d does not fit a network of %d inputs",
              height,
              width,
              channels,
              architecture.inputs()));
    }
  }

  @Override
  public String toString() {
    return any() ? String.format(Locale.ROOT, "flip %s, shift %d", flip.label(), shift) : "none";
  }
}
