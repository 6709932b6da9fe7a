package io.narrows.ml;

import io.narrows.images.ImageShape;
import io.narrows.images.Preprocessing;
import io.narrows.nn.Architecture;
import io.narrows.nn.Kernels;
import io.narrows.nn.Network;
import java.io.Serializable;

/**
 * Everything a fitted model is, params aside; what is saved and loaded.
 *
 * @param parameters [architecture.parameters()], never changed
 * @param shape of the images that enter the network
 * @param preprocessing what makes them so
 * @param scoreMethod what the threshold is a threshold of
 * @param threshold scores above it are predicted anomalous
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never changed, never compared
record ModelData(
    Architecture architecture,
    float[] parameters,
    ImageShape shape,
    Preprocessing preprocessing,
    String scoreMethod,
    double threshold,
    TrainingSummary summary)
    implements Serializable {

  /** Mean squared error per pixel. */
  static final String RECONSTRUCTION_ERROR = "reconstructionError";

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
    if (shape.size() != architecture.inputs()) {
      throw new IllegalArgumentException(
          "images of " + shape + " do not fit a network of " + architecture.inputs() + " inputs");
    }
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
