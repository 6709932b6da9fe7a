package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.decode.Channels;
import ai.narrows.images.decode.Picture;
import ai.narrows.message.Message;

/** Pixels of pictures: uint8, converted and resized by the preprocessing. */
public final class ImagePixels implements Pixels {

  private static final long serialVersionUID = 1L;

  private final Pictures pictures;
  private final Preprocessing preprocessing;

  // Scratch space, grown when needed and never serialized: every task has its own.
  private transient Resampler resampler;
  private transient byte[] converted;
  private transient byte[] resized;

  /** Pixels of these pictures, resized and with the channels that are asked for. */
  public ImagePixels(Pictures pictures, Preprocessing preprocessing) {
    this.pictures = pictures;
    this.preprocessing = preprocessing;
  }

  @Override
  public boolean bytes() {
    return true;
  }

  @Override
  public boolean shaped() {
    return true;
  }

  @Override
  public Opened open(Object cell) {
    return new OpenPicture(pictures.of(cell));
  }

  /** A picture in its column's scratch space. */
  private final class OpenPicture implements Opened {
    private final Picture picture;

    OpenPicture(Picture picture) {
      this.picture = picture;
    }

    @Override
    public ImageShape shape() {
      return preprocessing.apply(picture.shape());
    }

    @Override
    public ImageShape own(ImageShape read) {
      return read.isVector() ? read : picture.shape(); // pixels in a row have no place in it
    }

    @Override
    public void readBytes(ImageShape expected, byte[] target, int at) {
      ImagePixels.this.readBytes(picture, fit(picture, expected), target, at);
    }

    @Override
    public void readFloats(ImageShape expected, float[] target, int at) {
      ImageShape shape = fit(picture, expected);
      byte[] pixels = picture.pixels();
      if (picture.alpha() || !picture.shape().equals(shape)) {
        resized = atLeast(resized, shape.size());
        ImagePixels.this.readBytes(picture, shape, resized, 0);
        pixels = resized;
      }
      FlatValues.toUnit(pixels, shape.size(), target, at);
    }
  }

  /** The picture's pixels, [shape]. */
  private void readBytes(Picture picture, ImageShape shape, byte[] target, int at) {
    ImageShape stored = picture.shape();
    byte[] pixels = picture.pixels();
    boolean resize = stored.height() != shape.height() || stored.width() != shape.width();
    if (picture.channels() != shape.channels()) {
      int count = stored.height() * stored.width();
      if (!resize) {
        Channels.convert(pixels, picture.channels(), target, at, shape.channels(), count);
        return;
      }
      converted = atLeast(converted, count * shape.channels());
      Channels.convert(pixels, picture.channels(), converted, 0, shape.channels(), count);
      pixels = converted;
    }
    if (resize) {
      resampler(stored, shape).resize(pixels, target, at);
    } else {
      System.arraycopy(pixels, 0, target, at, shape.size());
    }
  }

  /**
   * The shape that the preprocessing makes of a picture. It must be the one expected; but plain
   * vectors have no shape of their own, so that of them the number of values is all that counts.
   */
  private ImageShape fit(Picture picture, ImageShape expected) {
    ImageShape shape = preprocessing.apply(picture.shape());
    if (!shape.equals(expected) && !(expected.isVector() && shape.size() == expected.size())) {
      boolean size = shape.height() != expected.height() || shape.width() != expected.width();
      boolean colour = shape.channels() != expected.channels();
      throw new InputException(
          Message.of("is %s, but %s is expected; %s", shape, expected, remedy(size, colour)));
    }
    return shape;
  }

  /**
   * What to do about images of several shapes: whoever has the params sets them; a trained model
   * has its own.
   *
   * @param size whether height or width differ
   * @param colour whether channels do
   */
  static Message remedy(boolean size, boolean colour) {
    Message resize =
        Message.of("%s and %s to resize", Message.param("height"), Message.param("width"));
    Message convert = Message.of("%s to convert", Message.param("channels"));
    return Message.remedy(
        size && colour
            ? Message.of("set %s and %s", resize, convert)
            : Message.of("set %s", size ? resize : convert),
        Message.of(
            "%s the images, or train a model with %s",
            size && colour ? "resize and convert" : size ? "resize" : "convert",
            size && colour
                ? "height, width and channels"
                : size ? "height and width" : "channels"));
  }

  private Resampler resampler(ImageShape stored, ImageShape shape) {
    ImageShape in = new ImageShape(stored.height(), stored.width(), shape.channels());
    if (resampler == null || !resampler.serves(in, shape.height(), shape.width())) {
      resampler = new Resampler(in, shape.height(), shape.width());
    }
    return resampler;
  }

  private static byte[] atLeast(byte[] scratch, int length) {
    return scratch == null || scratch.length < length ? new byte[length] : scratch;
  }
}
