package ai.narrows.nn;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.GaussianLatent;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Layer;
import ai.narrows.nn.layers.LayerStack;
import ai.narrows.nn.layers.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * An autoencoder with memory for up to {@code capacity} rows, working on one thread at a time. Rows
 * are put in with {@link #setRow}, then one of the passes runs on the first {@code rows} of them.
 * After the first pass nothing is allocated.
 *
 * <p>Inputs and reconstructions are [rows, inputs] in [0, 1], latents [rows, latentDim].
 */
public final class Network implements Batch, AutoCloseable {
  private static final int NO_GRADIENT = 0;

  private final Architecture architecture;
  private final Kernels kernels;
  private final Workspace workspace;
  private final int capacity;
  private final Matrix x; // [capacity, inputs]
  private final EncoderInput encoderInput;
  private final List<Layer.Bound> encoder = new ArrayList<>(); // the head is the last
  private final List<Layer.Bound> decoder = new ArrayList<>(); // the output layer is the last
  private final Layer.Bound head;
  private final Layer.Bound output;
  private final Bottleneck bottleneck;
  private final RowValues errors;
  private final BoundLoss.Memory lossMemory;
  private final BoundLoss squaredError;
  private final float[] lastParameter = new float[1];
  private BoundLoss otherError; // the last one asked for, null until there is one

  private Network(
      Architecture architecture, Workspace workspace, int capacity, Corruption corruption) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, but is " + capacity);
    }
    this.architecture = architecture;
    this.kernels = workspace.kernels();
    this.capacity = capacity;
    this.workspace = workspace;
    x = workspace.matrix(capacity, architecture.inputs());
    encoderInput = new EncoderInput(workspace, x, corruption, architecture.standardization());
    LayerStack layers = architecture.layers();
    int offset = bind(layers.encoder(), 0, encoder);
    bind(layers.decoder(), offset, decoder);
    head = encoder.get(encoder.size() - 1);
    output = decoder.get(decoder.size() - 1);
    bottleneck = Bottleneck.of(architecture, workspace, head, capacity);
    errors = new RowValues(workspace, capacity);
    lossMemory = new BoundLoss.Memory(kernels, output, architecture.outputActivation(), x, errors);
    squaredError = new BoundLoss.SquaredError(lossMemory);
  }

  /** Binds layers, whose parameters begin at an offset; returns the next one. */
  private int bind(List<Layer> layers, int from, List<Layer.Bound> bound) {
    int offset = from;
    for (Layer layer : layers) {
      bound.add(layer.bind(workspace, offset, capacity));
      offset += layer.parameters();
    }
    return offset;
  }

  /** A network that can train: with memory for the gradient of every parameter and activation. */
  public static Network forTraining(Architecture architecture, Kernels kernels, int capacity) {
    return forTraining(architecture, kernels, capacity, new Corruption.None());
  }

  /** A network that can train on inputs that are corrupted, see {@link #drawCorruption}. */
  public static Network forTraining(
      Architecture architecture, Kernels kernels, int capacity, Corruption corruption) {
    Workspace workspace = new Workspace(kernels, architecture.parameters(), true);
    return new Network(architecture, workspace, capacity, corruption);
  }

  /**
   * A network that trains the parameters of this one on its own rows, for another thread. It has a
   * gradient of its own, and is closed first.
   */
  public Network sharing(int capacity, Corruption corruption) {
    Workspace shared = new Workspace(kernels, workspace.parameters());
    return new Network(architecture, shared, capacity, corruption);
  }

  /** A network for forward passes only. */
  public static Network forInference(Architecture architecture, Kernels kernels, int capacity) {
    Workspace workspace = new Workspace(kernels, architecture.parameters(), false);
    return new Network(architecture, workspace, capacity, new Corruption.None());
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
    return workspace.parameters();
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
    if (values.length != workspace.parameters().length()) {
      throw new IllegalArgumentException(
          "the network has "
              + workspace.parameters().length()
              + " parameters, but "
              + values.length
              + " are given");
    }
    kernels.upload(values, 0, workspace.parameters(), 0, values.length);
  }

  /**
   * Copies every parameter out.
   *
   * @param values [parameters], overwritten
   */
  public void copyParameters(float[] values) {
    kernels.download(workspace.parameters(), 0, values, 0, workspace.parameters().length());
  }

  @Override
  public void setRow(int row, byte[] pixels, int from) {
    kernels.uploadPixels(pixels, from, x, row);
  }

  @Override
  public void setRow(int row, float[] pixels, int from) {
    kernels.uploadRow(pixels, from, x, row);
  }

  /**
   * Draws the latent noise of rows {@code from .. from + rows - 1}; without effect for a plain
   * autoencoder.
   */
  public void drawNoise(int from, int rows, RandomStream random) {
    bottleneck.drawNoise(from, rows, random);
  }

  /** Passes over what {@link #drawNoise} would draw for some rows. */
  public void skipNoise(int rows, RandomStream random) {
    bottleneck.skipNoise(rows, random);
  }

  /** Passes over what {@link #drawCorruption} would draw for some rows. */
  public void skipCorruption(int rows, RandomStream random) {
    encoderInput.skipCorruption(rows, random);
  }

  /**
   * Draws what the training passes do to the encoder's input in rows {@code from .. from + rows -
   * 1}; without effect where nothing is to be corrupted.
   */
  public void drawCorruption(int from, int rows, RandomStream random) {
    encoderInput.drawCorruption(from, rows, random);
  }

  /**
   * Sets the latent noise of a row; without effect for a plain autoencoder.
   *
   * @param values [latentDim] from {@code from} on, standard normal draws
   */
  public void setNoise(int row, float[] values, int from) {
    bottleneck.setNoise(row, values, from);
  }

  /** {@link #trainingPass(Share, Objective, double)} of a whole minibatch, past any warm-up. */
  public double trainingPass(int rows, Objective objective) {
    return trainingPass(new Share.Whole(rows), objective, Double.POSITIVE_INFINITY);
  }

  /**
   * Forward and backward: leaves in {@link #gradient} what the share's rows contribute to the
   * gradient of the objective's mean over the minibatch.
   *
   * @param share this network's rows
   * @param epoch the point of training in epochs, from 0
   * @return the objective's sum over the share's rows
   */
  public double trainingPass(Share share, Objective objective, double epoch) {
    int rows = share.rows();
    checkRows(rows);
    Matrix in = encoderInput.corrupted(rows);
    encode(rows, in);
    double value = decode(rows, objective.loss(), share.batchRows());
    decoderBackward(rows);
    value += bottleneck.backward(share, objective, epoch);
    encoderBackward(rows, in);
    return value;
  }

  /**
   * The loss's sum over the rows without a gradient; for a VAE with the KL divergence at beta 1, as
   * test losses are reported.
   */
  public double evaluationPass(int rows, Loss loss) {
    checkRows(rows);
    encode(rows, encoderInput.clean(rows));
    return decode(rows, loss, NO_GRADIENT) + bottleneck.divergence(rows);
  }

  /**
   * Reconstructs the rows, a VAE from the mean of its latent.
   *
   * @param errors [rows], overwritten with the mean squared error per pixel
   */
  public void reconstructionPass(int rows, double[] errors) {
    encodingPass(rows);
    decode(rows, new Loss.MeanSquaredError(), NO_GRADIENT);
    this.errors.copyTo(rows, errors);
    for (int r = 0; r < rows; r++) {
      errors[r] /= architecture.inputs();
    }
  }

  /**
   * After an {@link #encodingPass} of a VAE: decodes a sample of each row's posterior, drawn with
   * the noise that is set.
   *
   * @param errors [rows], overwritten with the error that the loss weighs
   */
  public void samplingPass(int rows, Loss loss, double[] errors) {
    bottleneck.forward(rows);
    decode(rows, loss, NO_GRADIENT);
    this.errors.copyTo(rows, errors);
  }

  /**
   * After a pass of a VAE through the encoder: the divergences of the posteriors from the prior.
   *
   * @param divergences [rows], overwritten, in nats
   */
  public void copyDivergences(int rows, double[] divergences) {
    bottleneck.copyDivergences(rows, divergences);
  }

  /**
   * After a {@link #reconstructionPass}: encodes the reconstructions in their turn. {@link #head}
   * has the result; the reconstructions stay.
   */
  public void reencodingPass(int rows) {
    encode(rows, encoderInput.of(rows, output.output()));
  }

  /** The encoder alone; {@link #copyLatent} and {@link #copyLatentVariance} have the result. */
  public void encodingPass(int rows) {
    checkRows(rows);
    bottleneck.clearNoise();
    encode(rows, encoderInput.clean(rows));
  }

  /**
   * The decoder alone.
   *
   * @param latents [rows, latentDim]
   * @param pixels [rows, inputs], overwritten
   */
  public void decodingPass(int rows, float[] latents, float[] pixels) {
    for (int r = 0; r < rows; r++) {
      kernels.uploadRow(latents, r * architecture.latentDim(), bottleneck.latent(), r);
    }
    decode(rows, new Loss.MeanSquaredError(), NO_GRADIENT);
    copyReconstruction(rows, pixels, 0);
  }

  /** The images [capacity, inputs]. */
  public Matrix input() {
    return x;
  }

  /** The images as the last pass has rebuilt them [capacity, inputs]. */
  public Matrix reconstruction() {
    return output.output();
  }

  /** The encoder's last layer: latents, or a VAE's means and raw log-variances. */
  public Layer.Bound head() {
    return head;
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
    int width = head.output().columns(); // a VAE's has log-variances, too
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

  /**
   * What a loss stands for with the parameters as they are: where it has a sigma that is learned,
   * the likelihood with what has been learned so far.
   */
  public Loss resolved(Loss loss) {
    return loss instanceof Loss.LearnedGaussianLikelihood
        ? new Loss.GaussianLikelihood(Architecture.sigma(rawLogSigma()))
        : loss;
  }

  /** The last parameter, where sigma is learned. */
  private float rawLogSigma() {
    if (!architecture.learnedSigma()) {
      throw new IllegalStateException("this network has no sigma to learn");
    }
    kernels.download(workspace.parameters(), architecture.parameters() - 1, lastParameter, 0, 1);
    return lastParameter[0];
  }

  private void checkRows(int rows) {
    if (rows < 1 || rows > capacity) {
      throw new IllegalArgumentException("rows must be 1 to " + capacity + ", but is " + rows);
    }
  }

  /** Runs the encoder up to the latent. */
  private void encode(int rows, Matrix from) {
    Matrix in = from;
    for (int i = 0; i < encoder.size(); i++) { // a for-each loop would allocate its iterator
      encoder.get(i).forward(rows, in);
      in = encoder.get(i).output();
    }
    bottleneck.forward(rows);
  }

  /**
   * Runs the decoder from the latent up to the loss; returns the loss's sum, and leaves its
   * gradient at the output layer if wanted.
   *
   * @param batchRows of the minibatch over which the gradient takes the mean, or {@link
   *     #NO_GRADIENT}
   */
  private double decode(int rows, Loss asked, int batchRows) {
    boolean withGradient = batchRows != NO_GRADIENT;
    Loss loss = resolved(asked);
    Matrix in = bottleneck.latent();
    for (int i = 0; i < decoder.size() - 1; i++) {
      decoder.get(i).forward(rows, in);
      in = decoder.get(i).output();
    }
    output.forwardLinear(rows, in);
    int features = architecture.inputs();
    double weight = loss.weight(features);
    if (withGradient) {
      error(loss).forwardBackward(rows, (float) (weight / batchRows));
    } else {
      error(loss).forward(rows);
    }
    double sum = weight * errors.sum(rows);
    if (withGradient && architecture.learnedSigma()) {
      sigmaBackward(features * ((double) rows / batchRows) - 2 * sum / batchRows);
    }
    return sum + rows * loss.constant(features);
  }

  /** What a loss weighs, made for the first who asks. */
  private BoundLoss error(Loss loss) {
    if (squaredError.measures(loss)) {
      return squaredError;
    }
    if (otherError == null || !otherError.measures(loss)) {
      otherError = BoundLoss.of(loss, lossMemory);
    }
    return otherError;
  }

  /** Takes in the gradient of the standard deviation's logarithm. */
  private void sigmaBackward(double dLogSigma) {
    float slope = (float) Architecture.logSigmaSlope(rawLogSigma());
    lastParameter[0] = (float) dLogSigma * slope;
    kernels.upload(lastParameter, 0, workspace.gradient(), architecture.parameters() - 1, 1);
  }

  /** From the output layer's gradient to the latent's. */
  private void decoderBackward(int rows) {
    for (int i = decoder.size() - 1; i >= 0; i--) {
      Matrix in = i == 0 ? bottleneck.latent() : decoder.get(i - 1).output();
      Matrix dIn = i == 0 ? bottleneck.dLatent() : decoder.get(i - 1).dOutput();
      if (i == decoder.size() - 1) {
        decoder.get(i).backwardLinear(rows, in, dIn);
      } else {
        decoder.get(i).backward(rows, in, dIn);
      }
    }
  }

  private void encoderBackward(int rows, Matrix from) {
    for (int i = encoder.size() - 1; i >= 0; i--) {
      Matrix in = i == 0 ? from : encoder.get(i - 1).output();
      encoder.get(i).backward(rows, in, i == 0 ? null : encoder.get(i - 1).dOutput());
    }
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    workspace.close();
  }
}
