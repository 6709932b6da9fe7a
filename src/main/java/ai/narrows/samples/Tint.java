package ai.narrows.samples;

/**
 * A colour, each channel from 0 (black) to 1 (white); also what multiplies colours.
 *
 * @param blue share of blue
 * @param green share of green
 * @param red share of red
 */
record Tint(double blue, double green, double red) {

  static Tint grey(double value) {
    return new Tint(value, value, value);
  }

  Tint times(double factor) {
    return new Tint(blue * factor, green * factor, red * factor);
  }

  /** One value of it; a grey picture has its luma (ITU-R BT.601). */
  double channel(int channel, int channels) {
    if (channels == 1) {
      return 0.114 * blue + 0.587 * green + 0.299 * red;
    }
    return channel == 0 ? blue : channel == 1 ? green : red;
  }
}
