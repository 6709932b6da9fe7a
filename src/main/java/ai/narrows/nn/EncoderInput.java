package ai.narrows.nn;

import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Workspace;

/** What the encoder sees of images: in training corrupted where asked for, and standardised. */
final class EncoderInput {
  private final Kernels kernels;
  private final Matrix x; // [capacity, inputs]
  private final Corruption corruption;
  private final Matrix seen; // [capacity, inputs], null where the encoder sees x itself
  private final Matrix factors; // [capacity, inputs], null where the corruption has none
  private final Matrix terms; // [capacity, inputs], null likewise
  private final float[] factor; // [inputs], null likewise
  private final float[] term; // [inputs], null likewise
  private final Corruption.Drawer drawer;
  private final Matrix scale; // [1, inputs], null where nothing is standardised
  private final Matrix shift; // [1, inputs], null likewise

  EncoderInput(
      Workspace workspace, Matrix x, Corruption corruption, Standardization standardization) {
    kernels = workspace.kernels();
    this.x = x;
    this.corruption = corruption;
    int capacity = x.rows();
    int inputs = x.columns();
    corruption.check(inputs);
    boolean standardizes = standardization.any();
    seen = corruption.any() || standardizes ? workspace.matrix(capacity, inputs) : null;
    factors = corruption.multiplies() ? workspace.matrix(capacity, inputs) : null;
    terms = corruption.adds() ? workspace.matrix(capacity, inputs) : null;
    factor = corruption.multiplies() ? new float[inputs] : null;
    term = corruption.adds() ? new float[inputs] : null;
    drawer = corruption.drawer(factor, term);
    scale = standardizes ? workspace.matrix(1, inputs) : null;
    shift = standardizes ? workspace.matrix(1, inputs) : null;
    if (standardizes) {
      kernels.uploadRow(standardization.scale(inputs), 0, scale, 0);
      kernels.uploadRow(standardization.shift(inputs), 0, shift, 0);
    }
  }

  /** Passes over what {@link #drawCorruption} would draw for some rows. */
  void skipCorruption(int rows, RandomStream random) {
    if (corruption.any()) {
      for (int r = 0; r < rows; r++) {
        corruption.skip(drawer, x.columns(), random);
      }
    }
  }

  /** Draws what {@link #corrupted} does to rows {@code from .. from + rows - 1}. */
  void drawCorruption(int from, int rows, RandomStream random) {
    if (!corruption.any()) {
      return;
    }
    for (int r = from; r < from + rows; r++) {
      drawer.draw(random);
      if (factors != null) {
        kernels.uploadRow(factor, 0, factors, r);
      }
      if (terms != null) {
        kernels.uploadRow(term, 0, terms, r);
      }
    }
  }

  /** The images as the encoder sees them in training [rows, inputs]. */
  Matrix corrupted(int rows) {
    if (!corruption.any()) {
      return of(rows, x);
    }
    Matrix from = x;
    if (factors != null) {
      kernels.latents().multiply(rows, from, factors, seen);
      from = seen;
    }
    if (terms != null) {
      kernels.latents().add(rows, from, terms, seen);
    }
    return of(rows, seen);
  }

  /** The images as the encoder sees them in inference [rows, inputs]. */
  Matrix clean(int rows) {
    return of(rows, x);
  }

  /** Values standardised; the result is the same matrix for all. */
  Matrix of(int rows, Matrix from) {
    if (scale == null) {
      return from;
    }
    kernels.latents().scaleAndShift(rows, from, scale, shift, seen);
    return seen;
  }
}
