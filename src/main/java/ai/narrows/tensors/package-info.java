/**
 * Named tensors in a file of the safetensors layout: {@link ai.narrows.tensors.Tensor} names a run
 * of values, {@link ai.narrows.tensors.TensorFile} writes such files, and {@link
 * ai.narrows.tensors.TensorReader} reads them within bounds.
 *
 * <p>May import the JDK, {@code json}, and Jackson as Spark ships it.
 */
package ai.narrows.tensors;
