package io.narrows.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An autoencoder with memory for up to {@code capacity} rows, working on one thread at a time. Rows
 * are put in with {@link #setRow}, then one of the passes runs on the first {@code rows} of them.
 * After the first pass nothing is allocated.
 *
 * <p>Inputs and reconstructions are [rows, inputs] in [0, 1], latents [rows, latentDim].
 */
public final class Network implements AutoCloseable {
  private final Architecture architecture;
  private final Kernels kernels;
  private final Workspace workspace;
  private final int capacity;
  private final Matrix x; // [capacity, inputs]
  private final List<Layer.Bound> encoder = new ArrayList<>(); // the head is the last
  private final List<Layer.Bound> decoder = new ArrayList<>(); // the output layer is the last
  private final Layer.Bound head;
  private final Layer.Bound output;
  private final Matrix z; // [capacity, latentDim]
  private final Matrix dz; // [capacity, latentDim]
  private final Buffer noiseValues; // [capacity * latentDim]
  private final Matrix noise; // [capacity, latentDim]
  private final Buffer rowErrorValues; // [capacity]
  private final Matrix rowError; // [capacity, 1]
  private final Buffer rowKlValues; // [capacity]
  private final Matrix rowKl; // [capacity, 1]
  private final Buffer latentValues; // the buffer of z
  private final float[] rowScratch; // [capacity]
  private final float[] latentScratch; // [latentDim]
  private boolean noiseIsZero = true;

  private Network(Architecture architecture, Kernels kernels, int capacity, boolean training) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, but is " + capacity);
    }
    this.architecture = architecture;
    this.kernels = kernels;
    this.capacity = capacity;
    workspace = new Workspace(kernels, architecture.parameters(), training);
    x = workspace.matrix(capacity, architecture.inputs());
    int latentDim = architecture.latentDim();
    int offset = 0;
    int encoderLayers = architecture.hidden().size() + 1;
    for (Layer layer : architecture.layers()) {
      Layer.Bound bound = layer.bind(workspace, offset, capacity);
      (encoder.size() < encoderLayers ? encoder : decoder).add(bound);
      offset += layer.parameters();
    }
    head = encoder.get(encoder.size() - 1);
    output = decoder.get(decoder.size() - 1);
    latentValues = workspace.allocate(capacity * latentDim);
    z = kernels.matrix(latentValues, 0, capacity, latentDim);
    dz = workspace.trainingMatrix(capacity, latentDim);
    noiseValues = workspace.allocate(capacity * latentDim);
    noise = kernels.matrix(noiseValues, 0, capacity, latentDim);
    rowErrorValues = workspace.allocate(capacity);
    rowError = kernels.matrix(rowErrorValues, 0, capacity, 1);
    rowKlValues = workspace.allocate(capacity);
    rowKl = kernels.matrix(rowKlValues, 0, capacity, 1);
    rowScratch = new float[capacity];
    latentScratch = new float[latentDim];
  }

  /** A network that can train: with memory for the gradient of every parameter and activation. */
  public static Network forTraining(Architecture architecture, Kernels kernels, int capacity) {
    return new Network(architecture, kernels, capacity, true);
  }

  /** A network for forward passes only. */
  public static Network forInference(Architecture architecture, Kernels kernels, int capacity) {
    return new Network(architecture, kernels, capacity, false);
  }

  /** The shape it was made for. */
  public Architecture architecture() {
    return architecture;
  }

  /** The arithmetic it runs on. */
  public Kernels kernels() {
    return kernels;
  }

  /** The most rows of one pass. */
  public int capacity() {
    return capacity;
  }

  /** The flat parameter vector. */
  public Buffer parameters() {
    return workspace.parameters;
  }

  /** The gradient that {@link #trainingPass} left, in the layout of the parameters. */
  public Buffer gradient() {
    return workspace.gradient();
  }

  /**
   * Sets every parameter.
   *
   * @param values [parameters], copied in
   */
  public void setParameters(float[] values) {
    if (values.length != workspace.parameters.length()) {
      throw new IllegalArgumentException(
          "the network has "
              + workspace.parameters.length()
              + " parameters, but "
              + values.length
              + " are given");
    }
    kernels.upload(values, 0, workspace.parameters, 0, values.length);
  }

  /**
   * Copies every parameter out.
   *
   * @param values [parameters], overwritten
   */
  public void copyParameters(float[] values) {
    kernels.download(workspace.parameters, 0, values, 0, workspace.parameters.length());
  }

  /** Puts an image of uint8 pixels into a row; they become {@code value / 255}. */
  public void setRow(int row, byte[] pixels, int from) {
    kernels.uploadPixels(pixels, from, x, row);
  }

  /** Puts an image of values in [0, 1] into a row. */
  public void setRow(int row, float[] pixels, int from) {
    kernels.uploadRow(pixels, from, x, row);
  }

  /**
   * Draws the latent noise of rows {@code from .. from + rows - 1}; without effect for a plain
   * autoencoder.
   */
  public void drawNoise(int from, int rows, RandomStream random) {
    if (!architecture.variational()) {
      return;
    }
    for (int r = from; r < from + rows; r++) {
      random.fillGaussian(latentScratch, latentScratch.length);
      setNoise(r, latentScratch, 0);
    }
  }

  /**
   * Sets the latent noise of a row.
   *
   * @param values [latentDim] from {@code from} on, standard normal draws
   */
  public void setNoise(int row, float[] values, int from) {
    kernels.uploadRow(values, from, noise, row);
    noiseIsZero = false;
  }

  /**
   * Forward and backward: leaves in {@link #gradient} the gradient of the objective's mean over the
   * rows.
   *
   * @return the objective's sum over the rows
   */
  public double trainingPass(int rows, Objective objective) {
    Matrix latent = encode(rows);
    double loss = decode(rows, latent, objective.loss(), true);
    backward(rows, latent, objective);
    return loss + (architecture.variational() ? objective.beta() * sum(rowKlValues, rows) : 0);
  }

  /**
   * The loss's sum over the rows without a gradient; for a VAE with the KL divergence at beta 1, as
   * test losses are reported.
   */
  public double evaluationPass(int rows, Loss loss) {
    double sum = decode(rows, encode(rows), loss, false);
    return sum + (architecture.variational() ? sum(rowKlValues, rows) : 0);
  }

  /**
   * Reconstructs the rows, a VAE from the mean of its latent.
   *
   * @param errors [rows], overwritten with the mean squared error per pixel
   */
  public void reconstructionPass(int rows, double[] errors) {
    clearNoise();
    decode(rows, encode(rows), new Loss.MeanSquaredError(), false);
    kernels.download(rowErrorValues, 0, rowScratch, 0, rows);
    for (int r = 0; r < rows; r++) {
      errors[r] = (double) rowScratch[r] / architecture.inputs();
    }
  }

  /** The encoder alone; {@link #copyLatent} and {@link #copyLatentVariance} have the result. */
  public void encodingPass(int rows) {
    clearNoise();
    encode(rows);
  }

  /**
   * The decoder alone.
   *
   * @param latents [rows, latentDim]
   * @param pixels [rows, inputs], overwritten
   */
  public void decodingPass(int rows, float[] latents, float[] pixels) {
    Matrix latent = architecture.variational() ? z : head.output();
    for (int r = 0; r < rows; r++) {
      kernels.uploadRow(latents, r * architecture.latentDim(), latent, r);
    }
    decode(rows, latent, new Loss.MeanSquaredError(), false);
    copyReconstruction(rows, pixels, 0);
  }

  /**
   * Copies the reconstructions out.
   *
   * @param target [rows, inputs] at {@code to}, overwritten with what the last decoding made
   */
  public void copyReconstruction(int rows, float[] target, int to) {
    output.copyOutput(0, rows * architecture.inputs(), target, to);
  }

  /**
   * Copies the latents out.
   *
   * @param target [rows, latentDim] at {@code to}, overwritten with the latents; a VAE's posterior
   *     means
   */
  public void copyLatent(int rows, float[] target, int to) {
    int k = architecture.latentDim();
    int width = architecture.variational() ? 2 * k : k;
    for (int r = 0; r < rows; r++) {
      head.copyOutput(r * width, k, target, to + r * k);
    }
  }

  /**
   * Copies the posterior variances out.
   *
   * @param target [rows, latentDim] at {@code to}, overwritten with the posterior variances of a
   *     VAE
   */
  public void copyLatentVariance(int rows, float[] target, int to) {
    if (!architecture.variational()) {
      throw new IllegalStateException("a plain autoencoder's latent has no variance");
    }
    int k = architecture.latentDim();
    for (int r = 0; r < rows; r++) {
      head.copyOutput(r * 2 * k + k, k, target, to + r * k);
      for (int j = 0; j < k; j++) {
        float raw = target[to + r * k + j];
        target[to + r * k + j] = (float) Math.exp(GaussianLatent.bounded(raw));
      }
    }
  }

  /** Runs the encoder and, for a VAE, samples; returns the latent. */
  private Matrix encode(int rows) {
    if (rows < 1 || rows > capacity) {
      throw new IllegalArgumentException("rows must be 1 to " + capacity + ", but is " + rows);
    }
    Matrix in = x;
    for (int i = 0; i < encoder.size(); i++) { // a for-each loop would allocate its iterator
      encoder.get(i).forward(rows, in);
      in = encoder.get(i).output();
    }
    if (!architecture.variational()) {
      return in;
    }
    kernels.gaussianForward(rows, in, noise, z, rowKl);
    return z;
  }

  /**
   * Runs the decoder up to the loss; returns the loss's sum, and leaves its gradient at the output
   * layer if asked to.
   */
  private double decode(int rows, Matrix latent, Loss loss, boolean withGradient) {
    Matrix in = latent;
    for (int i = 0; i < decoder.size() - 1; i++) {
      decoder.get(i).forward(rows, in);
      in = decoder.get(i).output();
    }
    output.forwardLinear(rows, in);
    int features = architecture.inputs();
    double weight = loss.weight(features);
    float scale = (float) (weight / rows);
    Matrix logits = output.output();
    Activation f = architecture.outputActivation();
    if (loss instanceof Loss.BinaryCrossEntropy) {
      if (withGradient) {
        kernels.crossEntropyForwardBackward(rows, logits, x, scale, rowError, output.dOutput());
      } else {
        kernels.crossEntropyForward(rows, logits, x, rowError);
      }
    } else if (withGradient) {
      kernels.squaredErrorForwardBackward(rows, logits, f, x, scale, rowError, output.dOutput());
    } else {
      kernels.squaredErrorForward(rows, logits, f, x, rowError);
    }
    return weight * sum(rowErrorValues, rows) + rows * loss.constant(features);
  }

  private void backward(int rows, Matrix latent, Objective objective) {
    boolean variational = architecture.variational();
    for (int i = decoder.size() - 1; i >= 0; i--) {
      Matrix in = i == 0 ? latent : decoder.get(i - 1).output();
      Matrix dLatent = variational ? dz : head.dOutput();
      Matrix dIn = i == 0 ? dLatent : decoder.get(i - 1).dOutput();
      if (i == decoder.size() - 1) {
        decoder.get(i).backwardLinear(rows, in, dIn);
      } else {
        decoder.get(i).backward(rows, in, dIn);
      }
    }
    if (variational) {
      float klScale = (float) (objective.beta() / rows);
      kernels.gaussianBackward(rows, head.output(), noise, dz, klScale, head.dOutput());
    }
    for (int i = encoder.size() - 1; i >= 0; i--) {
      Matrix in = i == 0 ? x : encoder.get(i - 1).output();
      encoder.get(i).backward(rows, in, i == 0 ? null : encoder.get(i - 1).dOutput());
    }
  }

  private void clearNoise() {
    if (!noiseIsZero) {
      Arrays.fill(latentScratch, 0f);
      for (int r = 0; r < capacity; r++) {
        kernels.uploadRow(latentScratch, 0, noise, r);
      }
      noiseIsZero = true;
    }
  }

  private double sum(Buffer rowValues, int rows) {
    kernels.download(rowValues, 0, rowScratch, 0, rows);
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += rowScratch[r];
    }
    return sum;
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    workspace.close();
  }
}
