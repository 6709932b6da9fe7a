package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.message.Message;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Topology;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of networks.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface NetworkParams<E extends Params> extends ConvolutionParams<E> {

  Definition<Param<String>, String> ARCHITECTURE =
      Definition.choice(
              "architecture",
              "dense",
              "dense (fully connected layers of the sizes in hidden)",
              "convolutional (convolutions with the channels in filters)")
          .in(Group.NETWORK, "network architecture");

  /**
   * Network architecture.
   *
   * @group param
   */
  default Param<String> architecture() {
    return paramSet().of(ARCHITECTURE);
  }

  /**
   * Value of {@link #architecture}.
   *
   * @group getParam
   */
  default String getArchitecture() {
    return paramSet().value(ARCHITECTURE);
  }

  /**
   * Sets {@link #architecture}.
   *
   * @group setParam
   */
  default E setArchitecture(String value) {
    return paramSet().set(ARCHITECTURE, value);
  }

  Definition<IntArrayParam, int[]> HIDDEN =
      Definition.integers("hidden", Rule.sizes(0), new int[] {128, 64, 12})
          .in(Group.NETWORK, "sizes of the hidden layers of a dense encoder, from input to latent")
          .note("the decoder mirrors them");

  /**
   * Sizes of the hidden layers of a dense encoder.
   *
   * @group param
   */
  default IntArrayParam hidden() {
    return paramSet().of(HIDDEN);
  }

  /**
   * Value of {@link #hidden}.
   *
   * @group getParam
   */
  default int[] getHidden() {
    return paramSet().value(HIDDEN);
  }

  /**
   * Sets {@link #hidden}.
   *
   * @group setParam
   */
  default E setHidden(int... value) {
    return paramSet().set(HIDDEN, value);
  }

  Definition<IntParam, Integer> LATENT_DIM =
      Definition.integer("latentDim", ">= 1", 3)
          .in(Group.NETWORK, "number of dimensions of the latent space");

  /**
   * Number of latent dimensions.
   *
   * @group param
   */
  default IntParam latentDim() {
    return paramSet().of(LATENT_DIM);
  }

  /**
   * Value of {@link #latentDim}.
   *
   * @group getParam
   */
  default int getLatentDim() {
    return paramSet().value(LATENT_DIM);
  }

  /**
   * Sets {@link #latentDim}.
   *
   * @group setParam
   */
  default E setLatentDim(int value) {
    return paramSet().set(LATENT_DIM, value);
  }

  Definition<Param<String>, String> ACTIVATION =
      Definition.choice("activation", "relu", Activation.class)
          .in(Group.NETWORK, "activation function of the hidden layers");

  /**
   * Activation function of the hidden layers.
   *
   * @group param
   */
  default Param<String> activation() {
    return paramSet().of(ACTIVATION);
  }

  /**
   * Value of {@link #activation}.
   *
   * @group getParam
   */
  default String getActivation() {
    return paramSet().value(ACTIVATION);
  }

  /**
   * Sets {@link #activation}.
   *
   * @group setParam
   */
  default E setActivation(String value) {
    return paramSet().set(ACTIVATION, value);
  }

  Definition<Param<String>, String> OUTPUT_ACTIVATION =
      Definition.choice("outputActivation", "sigmoid", Activation.class)
          .in(Group.NETWORK, "activation function of the output layer")
          .note("loss bce requires sigmoid");

  /**
   * Activation function of the output layer.
   *
   * @group param
   */
  default Param<String> outputActivation() {
    return paramSet().of(OUTPUT_ACTIVATION);
  }

  /**
   * Value of {@link #outputActivation}.
   *
   * @group getParam
   */
  default String getOutputActivation() {
    return paramSet().value(OUTPUT_ACTIVATION);
  }

  /**
   * Sets {@link #outputActivation}.
   *
   * @group setParam
   */
  default E setOutputActivation(String value) {
    return paramSet().set(OUTPUT_ACTIVATION, value);
  }

  /**
   * The network for images of a shape, without standardization.
   *
   * @param learnsSigma whether the standard deviation of the outputs is one of its weights
   */
  default Architecture architecture(
      Architecture.Latent latent, ImageShape shape, boolean learnsSigma) {
    return new Architecture(
        topology(shape),
        getLatentDim(),
        latent,
        Activation.of(getActivation()),
        Labelled.of(Activation.class, "outputActivation", getOutputActivation()),
        learnsSigma);
  }

  private Topology topology(ImageShape shape) {
    if (getArchitecture().equals("dense")) {
      return new Topology.Dense(shape.size(), sizes(getHidden()));
    }
    Vectors.refuse(shape, Message.param("architecture", getArchitecture()));
    return convolutions(shape);
  }

  /** Sizes as a list. */
  static List<Integer> sizes(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
