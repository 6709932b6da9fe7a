package ai.narrows.nn.kernels;

/**
 * A stream of pseudo-random numbers that is a pure function of its key: (seed, purpose, three
 * coordinates). The generator is SplitMix64 (Steele, Lea and Flood 2014, figure 17); the key is
 * folded in by the same mixing function, so streams with neighbouring keys are unrelated. Mutable
 * and unsynchronised: one owner at a time.
 */
public final class RandomStream {

  /** What a stream is used for; streams of different purposes never meet. */
  public enum Purpose {
    /** First values of the parameters. */
    INITIALISATION(1),
    /** Order of a shard's blocks in an epoch. */
    BLOCK_ORDER(2),
    /** Order of a block's rows in an epoch. */
    ROW_ORDER(3),
    /** The latent noise of a training step. */
    TRAINING_NOISE(4),
    /** The one fixed draw of a validation row. */
    VALIDATION_NOISE(5),
    /** Latents drawn from the prior for generating images. */
    GENERATION(6),
    /** What a training step does to its inputs. */
    CORRUPTION(7),
    /** The latent noise that all scored rows share. */
    SCORING_NOISE(8),
    /** How often a row counts in a replicate of the bootstrap. */
    BOOTSTRAP(9),
    /** Made-up pictures of parts and their defects. */
    PARTS(10),
    /** How a training step flips and shifts its images. */
    AUGMENTATION(11);

    private final int key;

    Purpose(int key) {
      this.key = key;
    }
  }

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double TO_DOUBLE = 0x1.0p-53;
  private static final float TO_FLOAT = 0x1.0p-24f;

  private long state;
  private double spareGaussian = Double.NaN;

  /** A stream at the start of the given key. */
  public RandomStream(long seed, Purpose purpose, long first, long second, long third) {
    restart(seed, purpose, first, second, third);
  }

  /** Moves this stream to the start of another key, without allocating. */
  public void restart(long seed, Purpose purpose, long first, long second, long third) {
    long key = mix(seed + GOLDEN_GAMMA);
    key = mix(key + purpose.key * GOLDEN_GAMMA);
    key = mix(key ^ mix(first + GOLDEN_GAMMA));
    key = mix(key + GOLDEN_GAMMA ^ mix(second + GOLDEN_GAMMA));
    key = mix(key + GOLDEN_GAMMA ^ mix(third + GOLDEN_GAMMA));
    state = key;
    spareGaussian = Double.NaN;
  }

  /** 64 uniform bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1), 24 bits. */
  public float nextFloat() {
    return (nextLong() >>> 40) * TO_FLOAT;
  }

  /** Uniform in [0, bound) by multiplication (Lemire 2019; the bias is below bound / 2^32). */
  public int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /**
   * Standard normal, by the polar method (Marsaglia and Bray 1964). {@link StrictMath} gives every
   * platform the same bits.
   */
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    while (true) {
      double u = 2 * ((nextLong() >>> 11) * TO_DOUBLE) - 1;
      double v = 2 * ((nextLong() >>> 11) * TO_DOUBLE) - 1;
      double s = u * u + v * v;
      if (s < 1 && s > 0) {
        double scale = Math.sqrt(-2 * StrictMath.log(s) / s);
        spareGaussian = v * scale;
        return u * scale;
      }
    }
  }

  /** Passes over standard normals, as {@link #nextGaussian} would draw them. */
  public void skipGaussians(int count) {
    int left = count;
    if (left > 0 && !Double.isNaN(spareGaussian)) {
      spareGaussian = Double.NaN;
      left--;
    }
    for (; left >= 2; left -= 2) {
      double s;
      do { // pairs that nextGaussian rejects count as well
        double u = 2 * ((nextLong() >>> 11) * TO_DOUBLE) - 1;
        double v = 2 * ((nextLong() >>> 11) * TO_DOUBLE) - 1;
        s = u * u + v * v;
      } while (!(s < 1 && s > 0));
    }
    if (left == 1) {
      nextGaussian(); // whose spare comes next
    }
  }

  /** Passes over values of {@link #nextLong}, {@link #nextFloat} or {@link #nextInt}. */
  public void skip(int count) {
    state += GOLDEN_GAMMA * count;
  }

  /**
   * Fills with standard normals.
   *
   * @param target [n], its first {@code length} values overwritten with standard normals
   */
  public void fillGaussian(float[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] = (float) nextGaussian();
    }
  }

  /**
   * Fills a part of a vector with values evenly distributed from {@code -bound} to {@code bound}.
   *
   * @param target its {@code length} values from {@code from} on are overwritten
   */
  public void fillUniform(float[] target, int from, int length, double bound) {
    float scale = (float) bound;
    for (int i = 0; i < length; i++) {
      target[from + i] = (2 * nextFloat() - 1) * scale;
    }
  }

  /**
   * Draws a random permutation.
   *
   * @param order [n], overwritten with a random permutation of 0..n-1 (Fisher and Yates,
   *     Durstenfeld's form)
   */
  public void permute(int[] order, int length) {
    for (int i = 0; i < length; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
