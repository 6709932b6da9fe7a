package ai.narrows.images.decode;

/** Conversion between grey (1), blue-green-red (3) and blue-green-red-alpha (4) uint8 pixels. */
public final class Channels {

  private Channels() {}

  /**
   * Converts an image's channels: alpha is composited over black, colour becomes grey by the luma
   * of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B), grey becomes colour by repetition.
   *
   * @param in pixels [pixels, from]
   * @param from 1, 3 or 4 channels
   * @param out receives [pixels, to]
   * @param at where in {@code out} the image begins
   * @param to 1 or 3 channels
   * @param pixels number of pixels
   */
  public static void convert(byte[] in, int from, byte[] out, int at, int to, int pixels) {
    for (int i = 0; i < pixels; i++) {
      int p = i * from;
      int blue = in[p] & 0xff;
      int green = from == 1 ? blue : in[p + 1] & 0xff;
      int red = from == 1 ? blue : in[p + 2] & 0xff;
      if (from == 4) {
        int alpha = in[p + 3] & 0xff;
        blue = overBlack(blue, alpha);
        green = overBlack(green, alpha);
        red = overBlack(red, alpha);
      }
      if (to == 1) {
        out[at + i] =
            (byte) (from == 1 ? blue : (299 * red + 587 * green + 114 * blue + 500) / 1000);
      } else {
        out[at + 3 * i] = (byte) blue;
        out[at + 3 * i + 1] = (byte) green;
        out[at + 3 * i + 2] = (byte) red;
      }
    }
  }

  /** A value of 0 to 255 under an alpha of 0 to 255, composited over black and rounded. */
  static int overBlack(int value, int alpha) {
    return (value * alpha + 127) / 255;
  }
}
