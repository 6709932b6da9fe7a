package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Matrix;

/** What all layers with weights and a bias share when they are bound. */
abstract class BoundAffineLayer extends BoundLayer {
  final Matrix weights; // [weightRows, weightColumns]
  final Matrix bias; // [1, biases]
  final Matrix dWeights; // null for inference, as all gradients
  final Matrix dBias;

  /** With the layer's run of the parameter vector at {@code offset}. */
  BoundAffineLayer(AffineLayer layer, Workspace workspace, int offset, int capacity) {
    super(layer, workspace, capacity);
    int biasOffset = offset + layer.weightRows() * layer.weightColumns();
    weights = workspace.weights(offset, layer.weightRows(), layer.weightColumns());
    bias = workspace.weights(biasOffset, 1, layer.biases());
    dWeights = workspace.dWeights(offset, layer.weightRows(), layer.weightColumns());
    dBias = workspace.dWeights(biasOffset, 1, layer.biases());
  }
}
