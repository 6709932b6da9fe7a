package ai.narrows.nn;

import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import java.io.Serializable;

/**
 * What training does to the encoder's input while the loss still asks for the clean image: a
 * denoising autoencoder (Vincent et al. 2010, section 3.3). Nothing of it is left when a model is
 * used.
 */
public sealed interface Corruption extends Serializable {

  /**
   * Draws what {@link #apply} takes.
   *
   * @param row [n], overwritten
   */
  void draw(RandomStream random, float[] row);

  /**
   * Corrupts rows.
   *
   * @param x [rows, n]
   * @param drawn [rows, n], rows of {@link #draw}
   * @param corrupted [rows, n], overwritten
   */
  void apply(Kernels kernels, int rows, Matrix x, Matrix drawn, Matrix corrupted);

  /** Inputs stay as they are. */
  record None() implements Corruption {
    @Override
    public void draw(RandomStream random, float[] row) {
      throw new IllegalStateException("there is nothing to draw");
    }

    @Override
    public void apply(Kernels kernels, int rows, Matrix x, Matrix drawn, Matrix corrupted) {
      throw new IllegalStateException("there is nothing to apply");
    }
  }

  /** Whether it changes anything. */
  default boolean any() {
    return !(this instanceof None);
  }

  /**
   * Every value is set to 0 with the same probability, independently.
   *
   * @param fraction the probability, above 0 and below 1
   */
  record Masking(double fraction) implements Corruption {
    public Masking {
      if (!(fraction > 0 && fraction < 1)) {
        throw new ParamException(
            "corruptionLevel", "must be above 0 and below 1 for masking", fraction);
      }
    }

    @Override
    public void draw(RandomStream random, float[] row) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat() < fraction ? 0f : 1f;
      }
    }

    @Override
    public void apply(Kernels kernels, int rows, Matrix x, Matrix drawn, Matrix corrupted) {
      kernels.latents().multiply(rows, x, drawn, corrupted);
    }
  }

  /**
   * Independent normal noise is added to every value; the sum is not clipped.
   *
   * @param sigma standard deviation in units of [0, 1], above 0
   */
  record GaussianNoise(double sigma) implements Corruption {
    public GaussianNoise {
      if (!(sigma > 0) || Double.isInfinite(sigma)) {
        throw new ParamException("corruptionLevel", "must be positive for gaussian noise", sigma);
      }
    }

    @Override
    public void draw(RandomStream random, float[] row) {
      random.fillGaussian(row, row.length);
      for (int i = 0; i < row.length; i++) {
        row[i] *= (float) sigma;
      }
    }

    @Override
    public void apply(Kernels kernels, int rows, Matrix x, Matrix drawn, Matrix corrupted) {
      kernels.latents().add(rows, x, drawn, corrupted);
    }
  }
}
