package ai.narrows.nn.kernels;

/**
 * Scalar functions made only of min, max, multiply, add and divide, which HotSpot vectorises once
 * they are inlined into a loop over {@code float[]}. All stay within a few units in the last place
 * of the exact value over the range that matters, and NaN stays NaN.
 */
final class VectorMath {
  private static final float TANH_LIMIT = 7.9988117f;

  private VectorMath() {}

  /**
   * Hyperbolic tangent as a ratio of polynomials of degree 13 and 6 (the minimax coefficients in
   * common use for float32); beyond the limit it is 1 to the last bit.
   */
  static float tanh(float x) {
    float c = Math.max(-TANH_LIMIT, Math.min(TANH_LIMIT, x));
    float s = c * c;
    float p = -2.7607684e-16f;
    p = p * s + 2.000188e-13f;
    p = p * s + -8.604672e-11f;
    p = p * s + 5.1222973e-8f;
    p = p * s + 1.48572235e-5f;
    p = p * s + 6.3726195e-4f;
    p = p * s + 0.0048935246f;
    float q = 1.1982584e-6f;
    q = q * s + 1.1853471e-4f;
    q = q * s + 0.0022684347f;
    q = q * s + 0.004893525f;
    return c * p / q;
  }

  /** Logistic function through {@link #tanh}. */
  static float sigmoid(float x) {
    return 0.5f * tanh(0.5f * x) + 0.5f;
  }

  /**
   * {@code exp(x)} for x at most 0: a polynomial of degree 6 of {@code x / 64} raised to the 64th
   * power by squaring; relative error below 1e-5, and 0 below -87.
   */
  static float expOfNegative(float x) {
    float t = Math.max(x, -88f) * 0.015625f;
    float p = 1f / 720f;
    p = p * t + 1f / 120f;
    p = p * t + 1f / 24f;
    p = p * t + 1f / 6f;
    p = p * t + 0.5f;
    p = p * t + 1f;
    p = p * t + 1f;
    p = p * p;
    p = p * p;
    p = p * p;
    p = p * p;
    p = p * p;
    return p * p;
  }

  /**
   * {@code exp(x) - 1} for x at most 0, without cancellation: {@code 2 t / (1 - t)} with t = tanh(x
   * / 2).
   */
  static float expm1OfNegative(float x) {
    float t = tanh(0.5f * x);
    return 2f * t / (1f - t);
  }

  /** {@code log(1 + e)} for e in [0, 1]: {@code 2 artanh(s)}, s = e / (2 + e), to s^15. */
  static float log1pOfUnit(float e) {
    float s = e / (2f + e); // in [0, 1/3]
    float q = s * s;
    float p = 1f / 15f;
    p = p * q + 1f / 13f;
    p = p * q + 1f / 11f;
    p = p * q + 1f / 9f;
    p = p * q + 1f / 7f;
    p = p * q + 1f / 5f;
    p = p * q + 1f / 3f;
    p = p * q + 1f;
    return 2f * s * p;
  }
}
