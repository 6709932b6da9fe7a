package ai.narrows.images.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The constants of VP8's key frames, from the resource {@code vp8.txt}, which names their sections.
 */
final class Vp8Tables {

  /** Modes of a subblock. */
  private static final int MODES = 10;

  /** Probabilities of a context of coefficients. */
  static final int PROBABILITIES = 11;

  private static final int[] ALL = read();

  /** [mode above, mode on the left, 9 nodes]. */
  static final int[] MODE = Arrays.copyOfRange(ALL, 0, 900);

  /** [4 kinds of block, 8 bands, 3 contexts, 11 nodes]. */
  static final int[] UPDATE = Arrays.copyOfRange(ALL, 900, 1956);

  /** [4 kinds of block, 8 bands, 3 contexts, 11 nodes]. */
  static final int[] COEFFICIENT = Arrays.copyOfRange(ALL, 1956, 3012);

  /** [128]. */
  static final int[] DC = Arrays.copyOfRange(ALL, 3012, 3140);

  /** [128]. */
  static final int[] AC = Arrays.copyOfRange(ALL, 3140, 3268);

  private Vp8Tables() {}

  /** Where in {@link #MODE} the probabilities of a subblock's mode begin. */
  static int modes(int above, int left) {
    return (above * MODES + left) * (MODES - 1);
  }

  private static int[] read() {
    try (InputStream in = Vp8Tables.class.getResourceAsStream("vp8.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .flatMapToInt(line -> Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt))
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
