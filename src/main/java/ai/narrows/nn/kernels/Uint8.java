package ai.narrows.nn.kernels;

/** Pixels of uint8 as numbers in [0, 1]. */
public final class Uint8 {
  private static final float[] UNIT = new float[256];

  static {
    for (int value = 0; value < UNIT.length; value++) {
      UNIT[value] = value / 255f;
    }
  }

  private Uint8() {}

  /** {@code value / 255} of a byte's unsigned value, as division gives it. */
  public static float unit(byte value) {
    return UNIT[value & 255];
  }
}
