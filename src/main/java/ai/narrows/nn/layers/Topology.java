package ai.narrows.nn.layers;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Labelled;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the pixels narrow to the latent, and widen again: the layers of an autoencoder but for its
 * head, the dense layer that gives the latent.
 */
public sealed interface Topology extends Serializable {
  /** The most layers before the head. */
  int MOST_SIZES = 1000;

  /** Values per image, height x width x channels. */
  int inputs();

  /**
   * Dense layers and, mirrored, the same back.
   *
   * @param inputs values per image, height x width x channels
   * @param hidden sizes of the encoder's hidden layers, from the input inwards; may be empty
   */
  record Dense(int inputs, List<Integer> hidden) implements Topology {
    public Dense {
      hidden = List.copyOf(hidden);
      if (inputs < 1) {
        throw new IllegalArgumentException("inputs must be at least 1, but is " + inputs);
      }
      checkSizes("hidden", "hidden size", hidden);
    }
  }

  /**
   * Convolutions that make the image smaller and, mirrored, what makes it larger again; a dense
   * layer stands between them and the latent on either side. Edges are padded, so that an image of
   * 28x28 becomes 14x14, 7x7, 4x4 with stride 2, and comes back in the same steps.
   *
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param channels of the images
   * @param filters channels behind each convolution of the encoder, from the input inwards; at
   *     least one
   * @param kernelSize side of the convolutions' windows, in pixels
   * @param stride how many times smaller each step makes height and width (rounded up)
   * @param downsampling what makes the image smaller
   * @param upsampling what makes it larger again
   * @param normalization between a convolution and its activation
   */
  record Convolutional(
      int height,
      int width,
      int channels,
      List<Integer> filters,
      int kernelSize,
      int stride,
      Downsampling downsampling,
      Upsampling upsampling,
      Normalization normalization)
      implements Topology {

    public Convolutional {
      filters = List.copyOf(filters);
      if (height < 1 || width < 1 || channels < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "images must have at least 1 pixel and channel, but are %dx%dx%d",
                height,
                width,
                channels));
      }
      if ((long) height * width > Integer.MAX_VALUE / channels) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "images of %dx%dx%d have more than %d values",
                height,
                width,
                channels,
                Integer.MAX_VALUE));
      }
      checkSizes("filters", "number of filters", filters);
      if (filters.isEmpty()) {
        throw new ParamException(
            Message.of("%s must name at least one convolution", Message.param("filters")));
      }
      if (kernelSize < 1) {
        throw new ParamException("kernelSize", "must be at least 1", kernelSize);
      }
      if (stride < 1) {
        throw new ParamException("stride", "must be at least 1", stride);
      }
      if (stride > 1) {
        checkDepth(height, width, filters, stride);
      }
    }

    private static void checkDepth(int height, int width, List<Integer> filters, int stride) {
      int h = height;
      int w = width;
      for (int i = 0; i < filters.size(); i++) {
        if (h == 1 && w == 1) {
          throw new ParamException(
              Message.of(
                  "%s must have at most %s sizes for images of %sx%s with %s, which are 1x1 then, but are %s",
                  Message.param("filters"),
                  i,
                  height,
                  width,
                  Message.param("stride", stride),
                  filters));
        }
        h = (h + stride - 1) / stride;
        w = (w + stride - 1) / stride;
      }
    }

    @Override
    public int inputs() {
      return height * width * channels;
    }

    /** Such as {@code 64x64x3-[32-64-128 3x3/2]}, and the other way round for the decoder. */
    String describe(boolean encoder) {
      String sizes = joined(filters, encoder);
      String step = stride == 1 ? "" : "/" + stride;
      String kernel = kernelSize + "x" + kernelSize;
      String how =
          encoder
              ? kernel + (downsampling == Downsampling.AVERAGE_POOLING ? " pool" : "") + step
              : (upsampling == Upsampling.NEAREST ? "nearest" + step + " " : "")
                  + kernel
                  + (upsampling == Upsampling.NEAREST ? "" : step);
      return "[" + sizes + " " + how + (normalization == Normalization.GROUP ? " group" : "") + "]";
    }
  }

  /** What makes an image smaller. */
  enum Downsampling implements Labelled {
    /** The convolution itself, by its stride. */
    STRIDED("strided"),
    /** Means over cells of stride x stride pixels behind a convolution of stride 1. */
    AVERAGE_POOLING("averagePooling");

    private final String label;

    Downsampling(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** What makes an image larger. */
  enum Upsampling implements Labelled {
    /** A transposed convolution, by its stride. */
    TRANSPOSED("transposed"),
    /**
     * Every pixel stride x stride times, and a convolution of stride 1 behind: no chequered
     * patterns (Odena et al. 2016), but more arithmetic.
     */
    NEAREST("nearest");

    private final String label;

    Upsampling(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** What stands between a convolution and its activation. */
  enum Normalization implements Labelled {
    /** Nothing. */
    NONE("none"),
    /**
     * Group normalisation (Wu and He 2018): by each image's own mean and variance. It keeps no
     * running statistics that averaging would blur, and an image's result depends on no other's.
     */
    GROUP("group");

    private final String label;

    Normalization(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  private static void checkSizes(String name, String what, List<Integer> sizes) {
    if (sizes.size() > MOST_SIZES) {
      throw new ParamException(
          Message.of(
              "%s must have at most %s sizes, but has %s",
              Message.param(name), MOST_SIZES, sizes.size()));
    }
    for (int size : sizes) {
      if (size < 1) {
        throw new ParamException(
            Message.of(
                "every %s must be at least 1, but %s is %s", what, Message.param(name), sizes));
      }
    }
  }

  /** Sizes from the input inwards, or from the latent outwards, with dashes between. */
  private static String joined(List<Integer> sizes, boolean inwards) {
    int n = sizes.size();
    return IntStream.range(0, n)
        .mapToObj(i -> sizes.get(inwards ? i : n - 1 - i).toString())
        .collect(Collectors.joining("-"));
  }

  /** The encoder's or the decoder's part of {@link Architecture#toString}. */
  default String text(boolean encoder) {
    String ends;
    String between;
    if (this instanceof Convolutional c) {
      ends = c.height() + "x" + c.width() + "x" + c.channels();
      between = c.describe(encoder);
    } else {
      ends = String.valueOf(inputs());
      between = joined(((Dense) this).hidden(), encoder);
    }
    if (between.isEmpty()) {
      return ends;
    }
    return encoder ? ends + "-" + between : between + "-" + ends;
  }
}
