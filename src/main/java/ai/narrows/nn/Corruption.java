package ai.narrows.nn;

import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.RandomStream;
import java.io.Serializable;
import java.util.Locale;

/**
 * What training does to the encoder's input while the loss still asks for the clean image: a
 * denoising autoencoder (Vincent et al. 2010, section 3.3). The encoder sees {@code x * factor +
 * term}, value by value. Nothing of it is left when a model is used.
 */
public sealed interface Corruption extends Serializable {

  /** Draws the corruption of a row into its vectors. */
  interface Drawer {
    /** Overwrites them by what the stream gives. */
    void draw(RandomStream random);
  }

  /**
   * Draws the corruption of row after row, without allocation.
   *
   * @param factor [n] for {@link Drawer#draw} to overwrite; null unless this {@link #multiplies}
   * @param term [n] likewise; null unless this {@link #adds}
   */
  Drawer drawer(float[] factor, float[] term);

  /**
   * Passes over what a drawer would take from a stream for one row.
   *
   * @param inputs values per image
   */
  default void skip(Drawer drawer, int inputs, RandomStream random) {
    drawer.draw(random);
  }

  /** Whether values are multiplied by a factor. */
  boolean multiplies();

  /** Whether a term is added to values. */
  boolean adds();

  /** Whether it changes anything. */
  default boolean any() {
    return multiplies() || adds();
  }

  /**
   * Checks that this can be done to images of a size.
   *
   * @param inputs values per image
   * @throws IllegalArgumentException if not
   */
  default void check(int inputs) {}

  /** Inputs stay as they are. */
  record None() implements Corruption {
    @Override
    public Drawer drawer(float[] factor, float[] term) {
      return random -> {};
    }

    @Override
    public boolean multiplies() {
      return false;
    }

    @Override
    public boolean adds() {
      return false;
    }
  }

  /**
   * Every value is set to 0 with the same probability, independently.
   *
   * @param fraction the probability, above 0 and below 1
   */
  record Masking(double fraction) implements Corruption {
    public Masking {
      if (!(fraction > 0 && fraction < 1)) {
        throw new ParamException(
            "corruptionLevel", "must be above 0 and below 1 for masking", fraction);
      }
    }

    @Override
    public Drawer drawer(float[] factor, float[] term) {
      return random -> {
        for (int i = 0; i < factor.length; i++) {
          factor[i] = random.nextFloat() < fraction ? 0f : 1f;
        }
      };
    }

    @Override
    public void skip(Drawer drawer, int inputs, RandomStream random) {
      random.skip(inputs);
    }

    @Override
    public boolean multiplies() {
      return true;
    }

    @Override
    public boolean adds() {
      return false;
    }
  }

  /**
   * Independent normal noise is added to every value; the sum is not clipped.
   *
   * @param sigma standard deviation in units of [0, 1], above 0
   */
  record GaussianNoise(double sigma) implements Corruption {
    public GaussianNoise {
      if (!(sigma > 0) || Double.isInfinite(sigma)) {
        throw new ParamException("corruptionLevel", "must be positive for gaussian noise", sigma);
      }
    }

    @Override
    public Drawer drawer(float[] factor, float[] term) {
      return random -> {
        random.fillGaussian(term, term.length);
        for (int i = 0; i < term.length; i++) {
          term[i] *= (float) sigma;
        }
      };
    }

    @Override
    public void skip(Drawer drawer, int inputs, RandomStream random) {
      random.skipGaussians(inputs);
    }

    @Override
    public boolean multiplies() {
      return false;
    }

    @Override
    public boolean adds() {
      return true;
    }
  }

  /**
   * One to three stains cover parts of an image: ellipses and bent strokes, each of one color that
   * is drawn evenly from [0, 1] for each channel (after Collin and De Vleeschouwer 2020, section
   * III-B). See {@link StainPainter}.
   *
   * @param extent largest half-axis of an ellipse and longest segment of a stroke, as a fraction of
   *     the shorter side, above 0 and at most 1
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param channels of the images
   */
  record Stain(double extent, int height, int width, int channels) implements Corruption {
    public Stain {
      if (!(extent > 0 && extent <= 1)) {
        throw new ParamException(
            "corruptionLevel", "must be above 0 and at most 1 for stain", extent);
      }
    }

    @Override
    public Drawer drawer(float[] factor, float[] term) {
      return new StainPainter(this, factor, term);
    }

    @Override
    public boolean multiplies() {
      return true;
    }

    @Override
    public boolean adds() {
      return true;
    }

    @Override
    public void check(int inputs) {
      if ((long) height * width * channels != inputs) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "stains on images of %dx%dx%d do not fit a network of %d inputs",
                height,
                width,
                channels,
                inputs));
      }
    }
  }
}
