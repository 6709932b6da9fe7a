/**
 * Networks as plain mathematics: {@link ai.narrows.nn.Network} with its forward and backward
 * passes, its bottleneck, losses and objectives.
 *
 * <p>Rooms, lowest first: {@code kernels} (arithmetic on buffers), {@code layers}, this package,
 * {@code score}. May import {@code tensors} and the JDK; only {@code kernels} sees ND4J, JavaCPP
 * with its presets.
 */
package ai.narrows.nn;
