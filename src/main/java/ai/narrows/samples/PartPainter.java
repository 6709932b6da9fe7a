package ai.narrows.samples;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.Locale;

/**
 * Draws machined parts as an inspection camera sees them, sound ones and such with a defect, for
 * trying out what finds defects. Parts differ a little in place, light and grain. The same seed
 * gives the same pixels on every machine: basic arithmetic, square roots and {@link StrictMath} are
 * all that is used.
 */
public final class PartPainter {
  /** The shortest side of a picture, in pixels; pictures are square. */
  public static final int LEAST_SIZE = 32;

  /** The longest side. */
  public static final int MOST_SIZE = 1024;

  private static final double LEAST_SHARE = 0.005; // of the picture that a defect covers
  private static final double MOST_SHARE = 0.05;
  private static final float FAINTEST = 0.15f; // strength; less is nothing that anybody sees
  private static final double CAMERA_NOISE = 0.02;

  private final PartKind kind;
  private final ImageShape shape;
  private final long seed;

  /**
   * A painter of square pictures.
   *
   * @param kind of parts
   * @param size height and width in pixels, from {@link #LEAST_SIZE} to {@link #MOST_SIZE}
   * @param channels 1 for grey, 3 for colour
   * @param seed of all that is random
   * @throws InputException if size or channels are out of range
   */
  public PartPainter(PartKind kind, int size, int channels, long seed) {
    if (size < LEAST_SIZE || size > MOST_SIZE) {
      throw new InputException(
          String.format(
              Locale.ROOT, "size must be from %d to %d, but is %d", LEAST_SIZE, MOST_SIZE, size));
    }
    this.kind = kind;
    this.shape = ImageShape.ofPicture(size, size, channels);
    this.seed = seed;
  }

  /**
   * A sound part.
   *
   * @param set number of a set of pictures; those of different sets have nothing in common
   * @param index place in the set; a picture depends on seed, set and index alone
   */
  public SamplePart sound(int set, int index) {
    Scene scene = scene(set, index);
    return new SamplePart(shape, develop(picture(scene), set, index), new byte[scene.pixels()]);
  }

  /**
   * The part that {@link #sound} draws of the same set and index, with a defect. Outside the mask
   * the two are the same to the bit.
   *
   * @param set number of a set of pictures
   * @param index place in the set
   * @param defect what is wrong with it; it covers from 0.5 to 5 % of the picture
   */
  public SamplePart defective(int set, int index, PartDefect defect) {
    Scene scene = scene(set, index);
    double[] picture = picture(scene);
    byte[] mask = new byte[scene.pixels()];
    RandomStream random = new RandomStream(seed, Purpose.PARTS, set, index, 1);
    Mark mark;
    float[] strength; // [height, width]
    do {
      mark = Mark.draw(defect, scene, random);
      strength = strength(mark, scene);
    } while (!isVisible(strength));
    double[] values = new double[shape.channels()];
    for (int i = 0; i < mask.length; i++) {
      if (strength[i] >= FAINTEST) {
        mask[i] = (byte) 255;
        int at = i * values.length;
        System.arraycopy(picture, at, values, 0, values.length);
        mark.paint(i, values);
        for (int c = 0; c < values.length; c++) {
          picture[at + c] += strength[i] * (values[c] - picture[at + c]);
        }
      }
    }
    return new SamplePart(shape, develop(picture, set, index), mask);
  }

  private Scene scene(int set, int index) {
    return new Scene(kind, shape.height(), new RandomStream(seed, Purpose.PARTS, set, index, 0));
  }

  private double[] picture(Scene scene) {
    double[] picture = new double[shape.size()]; // [height, width, channels]
    double[] values = new double[shape.channels()];
    for (int i = 0; i < scene.pixels(); i++) {
      scene.paint(i, scene::outline, values);
      System.arraycopy(values, 0, picture, i * values.length, values.length);
    }
    return picture;
  }

  private static float[] strength(Mark mark, Scene scene) {
    float[] strength = new float[scene.pixels()];
    for (int i = 0; i < strength.length; i++) {
      strength[i] = (float) mark.strength(scene.x(i), scene.y(i));
    }
    return strength;
  }

  private static boolean isVisible(float[] strength) {
    int marked = 0;
    for (float s : strength) {
      marked += s >= FAINTEST ? 1 : 0;
    }
    double share = (double) marked / strength.length;
    return share >= LEAST_SHARE && share <= MOST_SHARE;
  }

  /** What a camera makes of it: bytes, with a little noise. */
  private byte[] develop(double[] picture, int set, int index) {
    RandomStream random = new RandomStream(seed, Purpose.PARTS, set, index, 2);
    byte[] pixels = new byte[picture.length];
    for (int i = 0; i < pixels.length; i++) {
      float up = random.nextFloat();
      float down = random.nextFloat();
      double noise = CAMERA_NOISE * (up - down);
      pixels[i] = (byte) (Math.max(0, Math.min(1, picture[i] + noise)) * 255 + 0.5);
    }
    return pixels;
  }
}
