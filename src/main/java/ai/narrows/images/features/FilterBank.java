package ai.narrows.images.features;

import ai.narrows.images.ImageShape;
import java.util.Arrays;

/**
 * Features from mathematics alone: the moduli of the brightness's responses to Morlet wavelets of
 * {@value #ORIENTATIONS} orientations on {@value #SCALES} scales, an octave apart, as in the first
 * order of a scattering transform (Bruna and Mallat 2013, section 2), and the mean of each color.
 * Means over what a position of the grid covers.
 */
final class FilterBank implements Backbone {
  private static final int ORIENTATIONS = 8;
  private static final int SCALES = 4;
  private static final int COLORS = 3;

  /** Of the grid: for each scale all orientations, then blue, green and red. */
  static final int CHANNELS = SCALES * ORIENTATIONS + COLORS;

  private static final double WAVELENGTH = 4; // pixels of a scale
  private static final double SIGMA = 2; // of the envelope, likewise
  private static final int RADIUS = 6; // three sigmas
  private static final int TAPS = 2 * RADIUS + 1;

  private static final float[] ENVELOPE = new float[TAPS]; // sums to 1
  private static final Wavelet[] WAVELETS = new Wavelet[ORIENTATIONS];

  static {
    double[] envelope = new double[TAPS];
    for (int i = 0; i < TAPS; i++) {
      double x = (i - RADIUS) / SIGMA;
      envelope[i] = Math.exp(-x * x / 2);
    }
    double sum = Arrays.stream(envelope).sum();
    for (int i = 0; i < TAPS; i++) {
      envelope[i] /= sum;
      ENVELOPE[i] = (float) envelope[i];
    }
    for (int o = 0; o < ORIENTATIONS; o++) {
      WAVELETS[o] = Wavelet.of(envelope, Math.PI * o / ORIENTATIONS);
    }
  }

  private final BackboneSpec spec;

  FilterBank(BackboneSpec spec) {
    this.spec = spec;
  }

  /**
   * A complex wavelet, the product of one along x and one along y; minus so much of the envelope
   * that it does not see a constant.
   *
   * @param constant share of the envelope that is taken from the real part
   */
  @SuppressWarnings("ArrayRecordComponent") // four rows of numbers, never compared
  private record Wavelet(float[] cosX, float[] sinX, float[] cosY, float[] sinY, float constant) {

    static Wavelet of(double[] envelope, double angle) {
      double u = 2 * Math.PI / WAVELENGTH * Math.cos(angle);
      double v = 2 * Math.PI / WAVELENGTH * Math.sin(angle);
      Wavelet wavelet =
          new Wavelet(new float[TAPS], new float[TAPS], new float[TAPS], new float[TAPS], 0);
      double x = 0;
      double y = 0;
      for (int i = 0; i < TAPS; i++) {
        wavelet.cosX[i] = (float) (envelope[i] * Math.cos(u * (i - RADIUS)));
        wavelet.sinX[i] = (float) (envelope[i] * Math.sin(u * (i - RADIUS)));
        wavelet.cosY[i] = (float) (envelope[i] * Math.cos(v * (i - RADIUS)));
        wavelet.sinY[i] = (float) (envelope[i] * Math.sin(v * (i - RADIUS)));
        x += wavelet.cosX[i];
        y += wavelet.cosY[i];
      }
      // The sums of the odd parts are 0.
      return new Wavelet(wavelet.cosX, wavelet.sinX, wavelet.cosY, wavelet.sinY, (float) (x * y));
    }
  }

  @Override
  public ImageShape input() {
    return spec.input();
  }

  @Override
  public ImageShape output() {
    return spec.output();
  }

  @Override
  public Extractor extractor() {
    return new Filters();
  }

  /** One scale: the brightness on it, with its border repeated, and what filters make of it. */
  private static final class Scale {
    final int side;
    final int line; // of the padded plane
    final float[] padded; // [side + 2 RADIUS, line]
    final float[] envelopes; // [side + 2 RADIUS, side], and so are the next two
    final float[] cosines;
    final float[] sines;
    final float[] smooth; // [side, side]
    final float[] modulus; // [side, side]
    final GridPlacement placement;

    Scale(int side, int grid) {
      this.side = side;
      line = side + 2 * RADIUS;
      padded = new float[line * line];
      envelopes = new float[line * side];
      cosines = new float[line * side];
      sines = new float[line * side];
      smooth = new float[side * side];
      modulus = new float[side * side];
      placement = new GridPlacement(side, side, 1, grid);
    }

    /** Takes the brightness in: [side, side]. */
    void set(float[] plane) {
      for (int y = 0; y < line; y++) {
        int row = Math.max(0, Math.min(side - 1, y - RADIUS)) * side;
        int to = y * line;
        Arrays.fill(padded, to, to + RADIUS, plane[row]);
        System.arraycopy(plane, row, padded, to + RADIUS, side);
        Arrays.fill(padded, to + RADIUS + side, to + line, plane[row + side - 1]);
      }
      alongX(ENVELOPE, envelopes);
      Arrays.fill(smooth, 0);
      alongY(envelopes, ENVELOPE, smooth, 1);
    }

    private void alongX(float[] taps, float[] target) {
      Arrays.fill(target, 0);
      for (int y = 0; y < line; y++) {
        for (int k = 0; k < TAPS; k++) {
          float tap = taps[k];
          int from = y * line + k;
          int to = y * side;
          for (int x = 0; x < side; x++) {
            target[to + x] += tap * padded[from + x];
          }
        }
      }
    }

    private void alongY(float[] source, float[] taps, float[] target, float sign) {
      for (int y = 0; y < side; y++) {
        for (int k = 0; k < TAPS; k++) {
          float tap = sign * taps[k];
          int from = (y + k) * side;
          int to = y * side;
          for (int x = 0; x < side; x++) {
            target[to + x] += tap * source[from + x];
          }
        }
      }
    }

    /** The modulus of a wavelet's response. */
    float[] modulus(Wavelet wavelet, float[] real, float[] imaginary) {
      alongX(wavelet.cosX, cosines);
      alongX(wavelet.sinX, sines);
      Arrays.fill(real, 0, side * side, 0);
      Arrays.fill(imaginary, 0, side * side, 0);
      alongY(cosines, wavelet.cosY, real, 1);
      alongY(sines, wavelet.sinY, real, -1);
      alongY(sines, wavelet.cosY, imaginary, 1);
      alongY(cosines, wavelet.sinY, imaginary, 1);
      for (int i = 0; i < modulus.length; i++) {
        float re = real[i] - wavelet.constant * smooth[i];
        modulus[i] = (float) Math.sqrt(re * re + imaginary[i] * imaginary[i]);
      }
      return modulus;
    }
  }

  /** With planes of its own. */
  private final class Filters implements Extractor {
    private final int size = spec.size();
    private final Scale[] scales = new Scale[SCALES];
    private final GridPlacement[] halving = new GridPlacement[SCALES];
    private final float[][] planes = new float[SCALES][]; // brightness on each scale
    private final float[] colors = new float[size * size * COLORS];
    private final GridPlacement placement = new GridPlacement(size, size, COLORS, spec.grid());
    private final float[] real = new float[size * size];
    private final float[] imaginary = new float[size * size];

    Filters() {
      for (int s = 0; s < SCALES; s++) {
        int side = side(s);
        scales[s] = new Scale(side, spec.grid());
        planes[s] = new float[side * side];
        halving[s] = s == 0 ? null : new GridPlacement(side(s - 1), side(s - 1), 1, side);
      }
    }

    private int side(int scale) {
      return Math.max(1, size >> scale);
    }

    @Override
    public void extract(byte[] pixels, int from, float[] target) {
      for (int p = 0, at = from, to = 0; p < size * size; p++) {
        float sum = 0;
        for (int c = 0; c < COLORS; c++) {
          float value = (pixels[at++] & 0xff) / 255f;
          colors[to++] = value;
          sum += value;
        }
        planes[0][p] = sum / COLORS;
      }
      int channel = 0;
      for (int s = 0; s < SCALES; s++) {
        Scale scale = scales[s];
        if (s > 0) {
          halving[s].place(planes[s - 1], side(s - 1), 1, 1, planes[s], 0, 1);
        }
        scale.set(planes[s]);
        for (Wavelet wavelet : WAVELETS) {
          scale.placement.place(
              scale.modulus(wavelet, real, imaginary),
              scale.side,
              1,
              1,
              target,
              channel++,
              CHANNELS);
        }
      }
      placement.place(colors, size * COLORS, COLORS, 1, target, channel, CHANNELS);
    }
  }
}
