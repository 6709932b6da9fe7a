/**
 * Layers and the architectures made of them: descriptions apart from weights, and what they become
 * when they are bound to memory, with forward beside backward.
 *
 * <p>May import {@code nn.kernels}.
 */
package ai.narrows.nn.layers;
