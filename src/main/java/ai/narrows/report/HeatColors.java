package ai.narrows.report;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The colours of heat maps, from black over red to light yellow: matplotlib's inferno (van der Walt
 * and Smith 2015, CC0), by ten of its colours and straight lines between them. Lightness rises
 * evenly, so that equal steps look equal, in grey and to colour-blind eyes as well.
 */
final class HeatColors {
  private static final int[] STOPS = {
    0x000004, 0x1b0c42, 0x4b0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9a06, 0xf7d03c,
    0xfcffa4
  };

  private HeatColors() {}

  /**
   * A colour as 0xRRGGBB.
   *
   * @param share of the scale; beyond [0, 1] the colour of its end
   */
  static int of(double share) {
    double place = Math.max(0, Math.min(1, share)) * (STOPS.length - 1);
    int below = Math.min((int) place, STOPS.length - 2);
    int color = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = STOPS[below] >> shift & 0xff;
      int to = STOPS[below + 1] >> shift & 0xff;
      color |= (int) Math.round(from + (place - below) * (to - from)) << shift;
    }
    return color;
  }

  /** All of them as the stops of a gradient in CSS, the lowest first. */
  static String css() {
    return IntStream.of(STOPS)
        .mapToObj(color -> String.format(Locale.ROOT, "#%06x", color))
        .collect(Collectors.joining(", "));
  }
}
