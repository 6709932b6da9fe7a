package ai.narrows.nn;

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
public final class Network implements Batch, AutoCloseable {
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
  private final Corruption corruption;
  private final Matrix seen; // [capacity, inputs], null where the encoder sees x itself
  private final Matrix drawn; // [capacity, inputs], null where nothing is corrupted
  private final float[] drawScratch; // [inputs], null likewise
  private final Matrix scale; // [1, inputs], null where nothing is standardised
  private final Matrix shift; // [1, inputs], null likewise
  private final Buffer columnKlValues; // [latentDim]
  private final Matrix columnKl; // [1, latentDim]
  private final Matrix klScale; // [1, latentDim]
  private final Buffer noiseValues; // [capacity * latentDim]
  private final Matrix noise; // [capacity, latentDim]
  private final Buffer rowErrorValues; // [capacity]
  private final Matrix rowError; // [capacity, 1]
  private final Buffer rowKlValues; // [capacity]
  private final Matrix rowKl; // [capacity, 1]
  private final Buffer latentValues; // the buffer of z
  private final float[] rowScratch; // [capacity]
  private final float[] latentScratch; // [latentDim]
  private final float[] columnScratch; // [latentDim]
  private boolean noiseIsZero = true;
  private Buffer pixelValues; // [inputs], null until somebody asks
  private Matrix pixels; // [1, inputs], likewise
  private Matrix differences; // [capacity, inputs], likewise
  private float[] heads; // [capacity, the head's width], likewise
  private Loss.StructuralDissimilarity windowsOf; // null until there is such a loss
  private Windows windows; // its windows, likewise

  private Network(
      Architecture architecture,
      Kernels kernels,
      int capacity,
      boolean training,
      Corruption corruption) {
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
    LayerStack layers = architecture.layers();
    for (Layer layer : layers.encoder()) {
      encoder.add(layer.bind(workspace, offset, capacity));
      offset += layer.parameters();
    }
    for (Layer layer : layers.decoder()) {
      decoder.add(layer.bind(workspace, offset, capacity));
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
    columnScratch = new float[latentDim];
    this.corruption = corruption;
    boolean corrupts = corruption.any();
    int inputs = architecture.inputs();
    Standardization standardization = architecture.standardization();
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
    columnKlValues = workspace.allocate(latentDim);
    columnKl = kernels.matrix(columnKlValues, 0, 1, latentDim);
    klScale = workspace.trainingMatrix(1, latentDim);
  }

  /** A network that can train: with memory for the gradient of every parameter and activation. */
  public static Network forTraining(Architecture architecture, Kernels kernels, int capacity) {
    return forTraining(architecture, kernels, capacity, new Corruption.None());
  }

  /** A network that can train on inputs that are corrupted, see {@link #drawCorruption}. */
  public static Network forTraining(
      Architecture architecture, Kernels kernels, int capacity, Corruption corruption) {
    return new Network(architecture, kernels, capacity, true, corruption);
  }

  /** A network for forward passes only. */
  public static Network forInference(Architecture architecture, Kernels kernels, int capacity) {
    return new Network(architecture, kernels, capacity, false, new Corruption.None());
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
    if (!architecture.variational()) {
      return;
    }
    for (int r = from; r < from + rows; r++) {
      random.fillGaussian(latentScratch, latentScratch.length);
      setNoise(r, latentScratch, 0);
    }
  }

  /**
   * Draws what the training passes do to the encoder's input in rows {@code from .. from + rows -
   * 1}; without effect where nothing is to be corrupted.
   */
  public void drawCorruption(int from, int rows, RandomStream random) {
    if (!corruption.any()) {
      return;
    }
    for (int r = from; r < from + rows; r++) {
      corruption.draw(random, drawScratch);
      kernels.uploadRow(drawScratch, 0, drawn, r);
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

  /** {@link #trainingPass(int, Objective, double)} past any warm-up. */
  public double trainingPass(int rows, Objective objective) {
    return trainingPass(rows, objective, Double.POSITIVE_INFINITY);
  }

  /**
   * Forward and backward: leaves in {@link #gradient} the gradient of the objective's mean over the
   * rows.
   *
   * @param epoch the point of training in epochs, from 0
   * @return the objective's sum over the rows
   */
  public double trainingPass(int rows, Objective objective, double epoch) {
    Matrix in = x;
    if (corruption.any()) {
      corruption.apply(kernels, rows, x, drawn, seen);
      in = seen;
    }
    in = standardized(rows, in);
    Matrix latent = encode(rows, in);
    double value = decode(rows, latent, objective.loss(), true);
    decoderBackward(rows, latent);
    value += regularise(rows, latent, objective, epoch);
    encoderBackward(rows, in);
    return value;
  }

  /**
   * The loss's sum over the rows without a gradient; for a VAE with the KL divergence at beta 1, as
   * test losses are reported.
   */
  public double evaluationPass(int rows, Loss loss) {
    double sum = decode(rows, encode(rows, standardized(rows, x)), loss, false);
    return sum + (architecture.variational() ? sum(rowKlValues, rows) : 0);
  }

  /**
   * Reconstructs the rows, a VAE from the mean of its latent.
   *
   * @param errors [rows], overwritten with the mean squared error per pixel
   */
  public void reconstructionPass(int rows, double[] errors) {
    clearNoise();
    decode(rows, encode(rows, standardized(rows, x)), new Loss.MeanSquaredError(), false);
    kernels.download(rowErrorValues, 0, rowScratch, 0, rows);
    for (int r = 0; r < rows; r++) {
      errors[r] = (double) rowScratch[r] / architecture.inputs();
    }
  }

  /**
   * After a {@link #reconstructionPass}: its squared errors by pixel.
   *
   * @param sums [inputs], overwritten with the sums over the rows
   */
  void pixelErrors(int rows, ErrorSmoothing smoothing, float[] sums) {
    kernels.columnSquares(rows, differences(rows, smoothing), pixelRow());
    kernels.download(pixelValues, 0, sums, 0, sums.length);
  }

  /**
   * After a {@link #reconstructionPass}: its errors by {@link ScoreMethod#NORMALIZED_ERROR}.
   *
   * @param errors [rows], overwritten
   */
  void normalizedErrors(int rows, ScoreStatistics statistics, double[] errors) {
    float[] weights = statistics.pixelError();
    for (int j = 0; j < weights.length; j++) {
      weights[j] = 1f / weights[j];
    }
    kernels.uploadRow(weights, 0, pixelRow(), 0);
    kernels.weightedSquares(rows, differences(rows, statistics.smoothing()), pixels, rowError);
    kernels.download(rowErrorValues, 0, rowScratch, 0, rows);
    for (int r = 0; r < rows; r++) {
      errors[r] = (double) rowScratch[r] / architecture.inputs();
    }
  }

  /**
   * After a {@link #reconstructionPass}: how far the latents move when the reconstructions are
   * encoded in their turn. Latents and reconstructions stay as they are.
   *
   * @param shifts [rows, latentDim], overwritten; of a VAE the shifts of the posterior means
   */
  void latentShifts(int rows, float[] shifts) {
    int k = architecture.latentDim();
    int width = head.output().columns(); // a VAE's has log-variances, too
    if (heads == null) {
      heads = new float[capacity * width];
    }
    head.copyOutput(0, rows * width, heads, 0);
    encode(rows, standardized(rows, output.output()));
    copyLatent(rows, shifts, 0);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < k; j++) {
        shifts[r * k + j] -= heads[r * width + j];
      }
      kernels.uploadRow(heads, r * width, head.output(), r);
    }
  }

  /** Of the outputs from the inputs [capacity, inputs], smoothed. */
  private Matrix differences(int rows, ErrorSmoothing smoothing) {
    if (differences == null) {
      differences = workspace.matrix(capacity, architecture.inputs());
    }
    kernels.meanDifference(rows, output.output(), x, smoothing.windows(), differences);
    return differences;
  }

  /** A row of values, one per pixel [1, inputs], made for the first who asks. */
  private Matrix pixelRow() {
    if (pixels == null) {
      pixelValues = workspace.allocate(architecture.inputs());
      pixels = kernels.matrix(pixelValues, 0, 1, architecture.inputs());
    }
    return pixels;
  }

  /**
   * How likely a VAE holds the rows to be, under several draws of the latent that all rows share.
   *
   * @param loss a likelihood
   * @param draws [samples, latentDim], standard normal
   * @param deviances [samples, rows], overwritten with the negative log-likelihood less the least
   *     that any reconstruction could have, in nats
   * @param kl [rows], overwritten with the divergence of the posterior from the prior, in nats
   */
  void deviancePass(
      int rows, Loss loss, float[] draws, int samples, double[] deviances, double[] kl) {
    Loss likelihood = resolved(loss);
    int k = architecture.latentDim();
    double[] least = leastErrors(rows, likelihood);
    encode(rows, standardized(rows, x));
    for (int s = 0; s < samples; s++) {
      for (int r = 0; r < rows; r++) {
        setNoise(r, draws, s * k);
      }
      kernels.gaussianForward(rows, head.output(), noise, z, rowKl);
      decode(rows, z, likelihood, false);
      kernels.download(rowErrorValues, 0, rowScratch, 0, rows);
      for (int r = 0; r < rows; r++) {
        deviances[s * rows + r] =
            likelihood.weight(architecture.inputs()) * (rowScratch[r] - least[r]);
      }
    }
    kernels.download(rowKlValues, 0, rowScratch, 0, rows);
    for (int r = 0; r < rows; r++) {
      kl[r] = rowScratch[r];
    }
  }

  /** The least summed error that any reconstruction could have [rows]. */
  private double[] leastErrors(int rows, Loss likelihood) {
    double[] least = new double[rows];
    if (likelihood instanceof Loss.BinaryCrossEntropy) {
      kernels.entropyForward(rows, x, rowError);
      kernels.download(rowErrorValues, 0, rowScratch, 0, rows);
      for (int r = 0; r < rows; r++) {
        least[r] = rowScratch[r];
      }
    }
    return least;
  }

  /** The encoder alone; {@link #copyLatent} and {@link #copyLatentVariance} have the result. */
  public void encodingPass(int rows) {
    clearNoise();
    encode(rows, standardized(rows, x));
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
    kernels.download(workspace.parameters, workspace.parameters.length() - 1, rowScratch, 0, 1);
    return rowScratch[0];
  }

  /** What the encoder sees of values; its matrix is the same one for all. */
  private Matrix standardized(int rows, Matrix from) {
    if (scale == null) {
      return from;
    }
    checkRows(rows);
    kernels.scaleAndShift(rows, from, scale, shift, seen);
    return seen;
  }

  private void checkRows(int rows) {
    if (rows < 1 || rows > capacity) {
      throw new IllegalArgumentException("rows must be 1 to " + capacity + ", but is " + rows);
    }
  }

  /** Runs the encoder and, for a VAE, samples; returns the latent. */
  private Matrix encode(int rows, Matrix from) {
    checkRows(rows);
    Matrix in = from;
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
  private double decode(int rows, Matrix latent, Loss asked, boolean withGradient) {
    Loss loss = resolved(asked);
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
    } else if (loss instanceof Loss.StructuralDissimilarity ssim) {
      Windows windows = windows(ssim);
      if (withGradient) {
        kernels.structuralDissimilarityForwardBackward(
            rows, logits, f, x, windows, scale, rowError, output.dOutput());
      } else {
        kernels.structuralDissimilarityForward(rows, logits, f, x, windows, rowError);
      }
    } else if (withGradient) {
      kernels.squaredErrorForwardBackward(rows, logits, f, x, scale, rowError, output.dOutput());
    } else {
      kernels.squaredErrorForward(rows, logits, f, x, rowError);
    }
    double sum = weight * sum(rowErrorValues, rows);
    if (withGradient && architecture.learnedSigma()) {
      sigmaBackward(features - 2 * sum / rows);
    }
    return sum + rows * loss.constant(features);
  }

  /** The windows of a loss, made for the first who asks. */
  private Windows windows(Loss.StructuralDissimilarity loss) {
    if (!loss.equals(windowsOf)) {
      int side = Loss.StructuralDissimilarity.WINDOW;
      windowsOf = loss;
      windows =
          new Windows(loss.height(), loss.width(), loss.channels(), side, 1, Windows.Padding.VALID);
    }
    return windows;
  }

  /** Takes in the gradient of the standard deviation's logarithm. */
  private void sigmaBackward(double dLogSigma) {
    float slope = (float) Architecture.logSigmaSlope(rawLogSigma());
    rowScratch[0] = (float) dLogSigma * slope;
    kernels.upload(rowScratch, 0, workspace.gradient(), workspace.parameters.length() - 1, 1);
  }

  /** From the output layer's gradient to the latent's. */
  private void decoderBackward(int rows, Matrix latent) {
    for (int i = decoder.size() - 1; i >= 0; i--) {
      Matrix in = i == 0 ? latent : decoder.get(i - 1).output();
      Matrix dIn = i == 0 ? dLatent() : decoder.get(i - 1).dOutput();
      if (i == decoder.size() - 1) {
        decoder.get(i).backwardLinear(rows, in, dIn);
      } else {
        decoder.get(i).backward(rows, in, dIn);
      }
    }
  }

  private Matrix dLatent() {
    return architecture.variational() ? dz : head.dOutput();
  }

  /**
   * What the objective says of the latent, and its gradient on top of what came back through the
   * decoder; leaves the head's gradient.
   *
   * @return its part of the objective's sum over the rows
   */
  private double regularise(int rows, Matrix latent, Objective objective, double epoch) {
    if (architecture.variational()) {
      double beta = objective.betaAt(epoch);
      double kl = klScales(rows, objective.freeBits(), beta / rows);
      kernels.gaussianBackward(rows, head.output(), noise, dz, klScale, head.dOutput());
      return beta * kl;
    }
    double weight = objective.activityPenalty();
    if (weight == 0) {
      return 0;
    }
    kernels.absoluteSumForward(rows, latent, rowKl);
    kernels.absoluteSumBackward(rows, latent, (float) (weight / rows), dLatent());
    return weight * sum(rowKlValues, rows);
  }

  /**
   * Sets the weight of every latent's divergence: 0 for those whose mean over the rows lies within
   * what is free.
   *
   * @return the divergence that counts, summed over the rows
   */
  private double klScales(int rows, double freeBits, double scale) {
    Arrays.fill(latentScratch, (float) scale);
    double counted;
    if (freeBits == 0) {
      counted = sum(rowKlValues, rows);
    } else {
      kernels.gaussianColumnKl(rows, head.output(), columnKl);
      kernels.download(columnKlValues, 0, columnScratch, 0, columnScratch.length);
      counted = 0;
      for (int j = 0; j < columnScratch.length; j++) {
        double free = freeBits * rows;
        if (columnScratch[j] < free) {
          latentScratch[j] = 0;
        }
        counted += Math.max(free, columnScratch[j]);
      }
    }
    kernels.uploadRow(latentScratch, 0, klScale, 0);
    return counted;
  }

  private void encoderBackward(int rows, Matrix from) {
    for (int i = encoder.size() - 1; i >= 0; i--) {
      Matrix in = i == 0 ? from : encoder.get(i - 1).output();
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
