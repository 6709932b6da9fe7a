package ai.narrows.ml;

import ai.narrows.images.ImageShape;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.nn.score.Scoring;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Everything a fitted model is, params aside; what is saved and loaded.
 *
 * @param parameters [architecture.parameters()], never changed
 * @param shape of the images, or patches, that enter the network
 * @param preprocessing what makes images so
 * @param patches how they are cut then
 * @param loss it was trained with; for a VAE the likelihood
 * @param seed of its noise where scores need some
 * @param statistics of its training rows; null in models saved before there were any
 * @param scoreMethod what the threshold is a threshold of
 * @param patchQuantile which of its patches' scores an image has, likewise
 * @param threshold scores above it are predicted anomalous
 * @param thresholdMethod how the threshold was found
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never changed, never compared
record ModelData(
    Architecture architecture,
    float[] parameters,
    ImageShape shape,
    Preprocessing preprocessing,
    Patches patches,
    Loss loss,
    long seed,
    ScoreStatistics statistics,
    ScoreMethod scoreMethod,
    double patchQuantile,
    double threshold,
    String thresholdMethod,
    TrainingSummary summary)
    implements Serializable {

  /** The threshold leaves the asked share of the training rows above it. */
  static final String CONTAMINATION = "contamination";

  /** The threshold has the best F1 on labelled rows. */
  static final String MAX_F1 = "maxF1";

  /** The threshold is somebody's own. */
  static final String GIVEN = "given";

  ModelData {
    if (parameters.length != architecture.parameters()) {
      throw new IllegalArgumentException(
          "a network "
              + architecture
              + " has "
              + architecture.parameters()
              + " parameters, not "
              + parameters.length);
    }
    if (!List.of(CONTAMINATION, MAX_F1, GIVEN).contains(thresholdMethod)) {
      throw new IllegalArgumentException("unknown thresholdMethod '" + thresholdMethod + "'");
    }
    if (shape.size() != architecture.inputs()) {
      throw new IllegalArgumentException(
          "images of " + shape + " do not fit a network of " + architecture.inputs() + " inputs");
    }
    int channels = architecture.standardization().channels();
    if (channels > 0 && channels != shape.channels()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "standardization of %d channels does not fit images of %s",
              channels,
              shape));
    }
    if (!patches.whole() && (shape.height() != patches.size() || shape.width() != patches.size())) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "patches of %d pixels are none of %s", patches.size(), shape));
    }
    Settings.checkPatchQuantile(patchQuantile, patches);
  }

  /** The same with another threshold. */
  ModelData with(
      ScoreMethod method, double newPatchQuantile, double newThreshold, String newThresholdMethod) {
    return new ModelData(
        architecture,
        parameters,
        shape,
        preprocessing,
        patches,
        loss,
        seed,
        statistics,
        method,
        newPatchQuantile,
        newThreshold,
        newThresholdMethod,
        summary);
  }

  /**
   * How rows are scored.
   *
   * @throws IllegalArgumentException if this model has not what the method needs
   */
  Scoring scoring(ScoreMethod method, int samples) {
    Scoring.check(method, architecture);
    return new Scoring(method, loss, statistics, samples, seed);
  }

  /**
   * Decodes latents on this machine.
   *
   * @param latents [rows, latentDim]
   * @return [rows, inputs] in [0, 1]
   */
  float[] decode(float[] latents, int rows) {
    float[] pixels = new float[Math.multiplyExact(rows, architecture.inputs())];
    try (Network network = Network.forInference(architecture, Kernels.cpu(), rows)) {
      network.setParameters(parameters);
      network.decodingPass(rows, latents, pixels);
    }
    return pixels;
  }
}
