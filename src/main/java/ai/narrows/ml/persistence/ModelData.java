package ai.narrows.ml.persistence;

import ai.narrows.images.ImageShape;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.nn.score.Scoring;
import java.io.Serializable;
import java.util.Locale;

/**
 * Everything a fitted model is, params aside; what is saved and loaded.
 *
 * @param architecture of the network
 * @param parameters [architecture.parameters()], never changed
 * @param input what it takes
 * @param loss it was trained with; for a VAE the likelihood
 * @param seed of its noise where scores need some
 * @param statistics of its training rows
 * @param threshold above which scores are predicted anomalous
 * @param summary of the training
 * @param backbone whose features it takes, with their scale; none where it takes pixels
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never changed, never compared
public record ModelData(
    Architecture architecture,
    float[] parameters,
    InputSpec input,
    Loss loss,
    long seed,
    ScoreStatistics statistics,
    Threshold threshold,
    TrainingSummary summary,
    LoadedBackbone backbone)
    implements Serializable {

  public ModelData {
    if (parameters.length != architecture.parameters()) {
      throw new IllegalArgumentException(
          "a network "
              + architecture
              + " has "
              + architecture.parameters()
              + " parameters, not "
              + parameters.length);
    }
    ImageShape shape = input.shape();
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
    input.patches().checkQuantile(threshold.patchQuantile());
    if (backbone.any()) {
      boolean fits =
          backbone.spec().scale().any()
              && backbone.preprocessing().equals(input.preprocessing())
              && backbone.spec().channels() == shape.channels();
      if (!fits) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "a backbone %s does not give %s", backbone.spec(), shape));
      }
    }
  }

  /** The same with another threshold. */
  public ModelData with(Threshold other) {
    return new ModelData(
        architecture, parameters, input, loss, seed, statistics, other, summary, backbone);
  }

  /**
   * How rows are scored.
   *
   * @throws IllegalArgumentException if this model has not what the method needs
   */
  public Scoring scoring(ScoreMethod method, int samples) {
    Scoring.check(method, architecture);
    return new Scoring(method, loss, statistics, samples, seed);
  }

  /**
   * Decodes latents on this machine.
   *
   * @param latents [rows, latentDim]
   * @return [rows, inputs] in [0, 1]
   */
  public float[] decode(float[] latents, int rows) {
    float[] pixels = new float[Math.multiplyExact(rows, architecture.inputs())];
    try (Network network = Network.forInference(architecture, Kernels.cpu(), rows)) {
      network.setParameters(parameters);
      network.decodingPass(rows, latents, pixels);
    }
    return pixels;
  }
}
