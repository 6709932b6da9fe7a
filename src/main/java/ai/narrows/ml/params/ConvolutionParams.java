package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.layers.Topology;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of convolutional networks.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ConvolutionParams<E extends Params> extends ParamOwner<E> {

  Definition<IntArrayParam, int[]> FILTERS =
      Definition.integers("filters", Rule.sizes(1), new int[] {32, 64, 128})
          .in(
              Group.NETWORK,
              "output channels of each convolution of a convolutional encoder, from input to latent")
          .note("the decoder mirrors them");

  /**
   * Output channels of each convolution.
   *
   * @group param
   */
  default IntArrayParam filters() {
    return paramSet().of(FILTERS);
  }

  /**
   * Value of {@link #filters}.
   *
   * @group getParam
   */
  default int[] getFilters() {
    return paramSet().value(FILTERS);
  }

  /**
   * Sets {@link #filters}.
   *
   * @group setParam
   */
  default E setFilters(int... value) {
    return paramSet().set(FILTERS, value);
  }

  Definition<IntParam, Integer> KERNEL_SIZE =
      Definition.integer("kernelSize", ">= 1", 3)
          .in(Group.NETWORK, "side of the convolution windows in pixels");

  /**
   * Side of the convolution windows.
   *
   * @group param
   */
  default IntParam kernelSize() {
    return paramSet().of(KERNEL_SIZE);
  }

  /**
   * Value of {@link #kernelSize}.
   *
   * @group getParam
   */
  default int getKernelSize() {
    return paramSet().value(KERNEL_SIZE);
  }

  /**
   * Sets {@link #kernelSize}.
   *
   * @group setParam
   */
  default E setKernelSize(int value) {
    return paramSet().set(KERNEL_SIZE, value);
  }

  Definition<IntParam, Integer> STRIDE =
      Definition.integer("stride", ">= 1", 2)
          .in(Group.NETWORK, "factor by which each convolution shrinks height and width");

  /**
   * Factor by which each convolution shrinks images.
   *
   * @group param
   */
  default IntParam stride() {
    return paramSet().of(STRIDE);
  }

  /**
   * Value of {@link #stride}.
   *
   * @group getParam
   */
  default int getStride() {
    return paramSet().value(STRIDE);
  }

  /**
   * Sets {@link #stride}.
   *
   * @group setParam
   */
  default E setStride(int value) {
    return paramSet().set(STRIDE, value);
  }

  Definition<Param<String>, String> DOWNSAMPLING =
      Definition.choice(
              "downsampling",
              "strided",
              "strided (strided convolutions)",
              "averagePooling (average pooling after each convolution)")
          .in(Group.NETWORK, "downsampling in a convolutional encoder")
          .rarely();

  /**
   * Downsampling in the encoder.
   *
   * @group expertParam
   */
  default Param<String> downsampling() {
    return paramSet().of(DOWNSAMPLING);
  }

  /**
   * Value of {@link #downsampling}.
   *
   * @group expertGetParam
   */
  default String getDownsampling() {
    return paramSet().value(DOWNSAMPLING);
  }

  /**
   * Sets {@link #downsampling}.
   *
   * @group expertSetParam
   */
  default E setDownsampling(String value) {
    return paramSet().set(DOWNSAMPLING, value);
  }

  Definition<Param<String>, String> UPSAMPLING =
      Definition.choice(
              "upsampling",
              "transposed",
              "transposed (transposed convolutions)",
              "nearest (nearest-neighbor upsampling before each convolution)")
          .in(Group.NETWORK, "upsampling in a convolutional decoder")
          .rarely();

  /**
   * Upsampling in the decoder.
   *
   * @group expertParam
   */
  default Param<String> upsampling() {
    return paramSet().of(UPSAMPLING);
  }

  /**
   * Value of {@link #upsampling}.
   *
   * @group expertGetParam
   */
  default String getUpsampling() {
    return paramSet().value(UPSAMPLING);
  }

  /**
   * Sets {@link #upsampling}.
   *
   * @group expertSetParam
   */
  default E setUpsampling(String value) {
    return paramSet().set(UPSAMPLING, value);
  }

  Definition<Param<String>, String> NORMALIZATION =
      Definition.choice("normalization", "none", Topology.Normalization.class)
          .in(Group.NETWORK, "normalization between convolution and activation");

  /**
   * Normalization between convolution and activation.
   *
   * @group param
   */
  default Param<String> normalization() {
    return paramSet().of(NORMALIZATION);
  }

  /**
   * Value of {@link #normalization}.
   *
   * @group getParam
   */
  default String getNormalization() {
    return paramSet().value(NORMALIZATION);
  }

  /**
   * Sets {@link #normalization}.
   *
   * @group setParam
   */
  default E setNormalization(String value) {
    return paramSet().set(NORMALIZATION, value);
  }

  /** The convolutions for images of a shape. */
  default Topology.Convolutional convolutions(ImageShape shape) {
    return new Topology.Convolutional(
        shape.height(),
        shape.width(),
        shape.channels(),
        NetworkParams.sizes(getFilters()),
        getKernelSize(),
        getStride(),
        Labelled.of(Topology.Downsampling.class, "downsampling", getDownsampling()),
        Labelled.of(Topology.Upsampling.class, "upsampling", getUpsampling()),
        Labelled.of(Topology.Normalization.class, "normalization", getNormalization()));
  }
}
