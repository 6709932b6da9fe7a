/**
 * Arithmetic on buffers and matrices, behind one seam: {@link ai.narrows.nn.kernels.Kernels}, with
 * a fused implementation for processors and one of ND4J operations; the binding to oneDNN and to
 * ND4J's BLAS; random streams.
 *
 * <p>May import the JDK, ND4J, JavaCPP with its presets; nothing else in the project sees these.
 */
package ai.narrows.nn.kernels;
