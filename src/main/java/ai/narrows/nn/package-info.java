/**
 * Networks as plain mathematics: buffers and {@link ai.narrows.nn.Kernels}, layers with forward
 * beside backward, losses, the parameter layout, and the binding to oneDNN and to ND4J's BLAS.
 *
 * <p>May import the JDK, ND4J, JavaCPP with its presets and JNA; nothing else in the project sees
 * these.
 */
package ai.narrows.nn;
