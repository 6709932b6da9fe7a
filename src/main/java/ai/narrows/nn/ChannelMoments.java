package ai.narrows.nn;

import ai.narrows.message.Shipped;
import ai.narrows.nn.kernels.Uint8;
import ai.narrows.nn.layers.Standardization;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact sums of values and of their squares, by channel: whatever the order and the parts in which
 * values come, the {@link Standardization} made of them has the same bits. A float is a whole
 * mantissa times a power of two, so for every exponent a channel has whole sums of the mantissas
 * and of their squares.
 */
public final class ChannelMoments implements Shipped {
  private static final long serialVersionUID = 1L;

  /** Channels that hardly vary are taken to vary by one step of a byte. */
  private static final double LEAST_DEVIATION = 1 / 255.0;

  /** As biased in finite floats. */
  private static final int EXPONENTS = 255;

  private static final int MANTISSA_BITS = 24;
  private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;

  /** The unit of the mantissas that have the least exponent. */
  private static final BigDecimal UNIT = new BigDecimal((double) Float.MIN_VALUE);

  private final int channels;
  private final long[] counts; // [channels]
  private final long[] sums; // [channels, EXPONENTS], of mantissas; room for 2^39 values
  private final long[] lowSquares; // [channels, EXPONENTS], of the lower halves of their squares
  private final long[] highSquares; // [channels, EXPONENTS], of the upper halves

  /** Of no values. */
  public ChannelMoments(int channels) {
    this.channels = channels;
    counts = new long[channels];
    sums = new long[channels * EXPONENTS];
    lowSquares = new long[channels * EXPONENTS];
    highSquares = new long[channels * EXPONENTS];
  }

  /**
   * Adds pixels of uint8, each as {@code value / 255}.
   *
   * @param pixels [pixels, channels]
   */
  public void add(byte[] pixels) {
    long[] values = new long[256]; // how often each comes
    for (int c = 0; c < channels; c++) {
      for (int i = c; i < pixels.length; i += channels) {
        values[pixels[i] & 255]++;
      }
      for (int value = 0; value < values.length; value++) {
        add(c, Uint8.unit((byte) value), values[value]);
        values[value] = 0;
      }
    }
  }

  /**
   * Adds values.
   *
   * @param values [pixels, channels], finite
   */
  public void add(float[] values) {
    for (int c = 0; c < channels; c++) {
      for (int i = c; i < values.length; i += channels) {
        add(c, values[i], 1);
      }
    }
  }

  private void add(int channel, float value, long times) {
    int bits = Float.floatToRawIntBits(value);
    int biased = bits >>> (MANTISSA_BITS - 1) & 255;
    int exponent = Math.max(1, biased);
    long mantissa = bits & (MANTISSA >> 1);
    if (biased > 0) {
      mantissa += 1L << (MANTISSA_BITS - 1); // the bit that is not stored
    }
    int at = channel * EXPONENTS + exponent;
    long square = mantissa * mantissa;
    counts[channel] += times;
    sums[at] += times * (bits < 0 ? -mantissa : mantissa);
    lowSquares[at] += times * (square & MANTISSA);
    highSquares[at] += times * (square >>> MANTISSA_BITS);
  }

  /**
   * The standardisation by all values of several parts.
   *
   * @param parts of as many channels, in any order
   * @throws IllegalArgumentException if they hold no values
   */
  public static Standardization standardization(List<ChannelMoments> parts) {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    int channels = parts.isEmpty() ? 0 : parts.get(0).channels;
    for (int c = 0; c < channels; c++) {
      BigInteger n = BigInteger.ZERO;
      BigInteger sum = BigInteger.ZERO;
      BigInteger squares = BigInteger.ZERO;
      for (ChannelMoments part : parts) {
        n = n.add(BigInteger.valueOf(part.counts[c]));
        sum = sum.add(part.sum(c));
        squares = squares.add(part.squares(c));
      }
      if (n.signum() == 0) {
        throw new IllegalArgumentException("no values, no standardization");
      }
      BigInteger variance = n.multiply(squares).subtract(sum.multiply(sum)); // times n^2
      means.add(quotient(UNIT.multiply(new BigDecimal(sum)), n));
      deviations.add(
          Math.max(
              Math.sqrt(quotient(UNIT.pow(2).multiply(new BigDecimal(variance)), n.multiply(n))),
              LEAST_DEVIATION));
    }
    return new Standardization(means, deviations);
  }

  private BigInteger sum(int channel) {
    BigInteger sum = BigInteger.ZERO;
    for (int exponent = 1; exponent < EXPONENTS; exponent++) {
      long mantissas = sums[channel * EXPONENTS + exponent];
      sum = sum.add(BigInteger.valueOf(mantissas).shiftLeft(exponent - 1));
    }
    return sum;
  }

  private BigInteger squares(int channel) {
    BigInteger sum = BigInteger.ZERO;
    for (int exponent = 1; exponent < EXPONENTS; exponent++) {
      int at = channel * EXPONENTS + exponent;
      BigInteger high = BigInteger.valueOf(highSquares[at]).shiftLeft(MANTISSA_BITS);
      BigInteger both = high.add(BigInteger.valueOf(lowSquares[at]));
      sum = sum.add(both.shiftLeft(2 * (exponent - 1)));
    }
    return sum;
  }

  private static double quotient(BigDecimal a, BigInteger b) {
    return a.divide(new BigDecimal(b), MathContext.DECIMAL128).doubleValue();
  }
}
