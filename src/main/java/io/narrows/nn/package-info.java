/**
 * Networks as plain mathematics: buffers and {@link io.narrows.nn.Kernels}, layers with forward
 * beside backward, losses, the parameter layout, and the binding to ND4J's BLAS.
 *
 * <p>May import the JDK and ND4J; nothing else in the project sees {@code org.nd4j} or JavaCPP.
 */
package io.narrows.nn;
