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
  private final Matrix drawn; // [capacity, inputs], null where nothing is corrupted
  private final float[] drawScratch; // [inputs], null likewise
  private final Matrix scale; // [1, inputs], null where nothing is standardised
  private final Matrix shift; // [1, inputs], null likewise

  EncoderInput(
      Workspace workspace, Matrix x, Corruption corruption, Standardization standardization) {
    kernels = workspace.kernels();
    this.x = x;
    this.corruption = corruption;
    int capacity = x.rows();
    int inputs = x.columns();
    boolean corrupts = corruption.any();
    boolean standardizes = standardization.any();
    seen = corrupts || standardizes ? workspace.matrix(capacity, inputs) : null;
    drawn = corrupts ? workspace.matrix(capacity, inputs) : null;
    drawScratch = corrupts ? new float[inputs] : null;
    scale = standardizes ? workspace.matrix(1, inputs) : null;
    shift = standardizes ? workspace.matrix(1, inputs) : null;
    if (standardizes) {
      kernels.uploadRow(standardization.scale(inputs), 0, scale, 0);
      kernels.uploadRow(standardization.shift(inputs), 0, shift, 0);
    }
  }

  /** Draws what {@link #corrupted} does to rows {@code from .. from + rows - 1}. */
  void drawCorruption(int from, int rows, RandomStream random) {
    if (!corruption.any()) {
      return;
    }
    for (int r = from; r < from + rows; r++) {
      corruption.draw(random, drawScratch);
      kernels.uploadRow(drawScratch, 0, drawn, r);
    }
  }

  /** The images as the encoder sees them in training [rows, inputs]. */
  Matrix corrupted(int rows) {
    if (!corruption.any()) {
      return of(rows, x);
    }
    corruption.apply(kernels, rows, x, drawn, seen);
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
