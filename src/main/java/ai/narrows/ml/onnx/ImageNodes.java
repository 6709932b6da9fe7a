package ai.narrows.ml.onnx;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.ml.onnx.OnnxOptions.ChannelOrder;
import java.util.List;

/**
 * From the images that a graph takes to those that a model works on, by the same arithmetic as
 * {@link Preprocessing} has: bytes stay whole numbers until they are divided by 255.
 */
final class ImageNodes {
  private static final double MOST = 255;
  private static final double HALF = 0.5;

  private final Graph graph;
  private final OnnxOptions options;

  /**
   * What floats become 0 and 1.
   *
   * @param min becomes 0
   * @param max becomes 1
   */
  record Range(double min, double max) {}

  ImageNodes(Graph graph, OnnxOptions options) {
    this.graph = graph;
    this.options = options;
  }

  /**
   * The shape of the images that are taken.
   *
   * @param target what the model works on
   * @param preprocessing the model's
   */
  ImageShape taken(ImageShape target, Preprocessing preprocessing) {
    boolean own = options.height() == 0;
    ImageShape taken =
        new ImageShape(
            own ? target.height() : options.height(),
            own ? target.width() : options.width(),
            options.channels() == 0 ? target.channels() : options.channels());
    boolean resizes = taken.height() != target.height() || taken.width() != target.width();
    if (resizes && !preprocessing.resizes()) {
      throw new ParamException(
          Message.of(
              "%s is %sx%s, but the model takes images of %sx%s and does not resize: leave it out, or train a model with %s and %s",
              Message.param("imageSize"),
              taken.height(),
              taken.width(),
              target.height(),
              target.width(),
              Message.param("height"),
              Message.param("width")));
    }
    boolean alpha = taken.channels() == 4 && target.channels() == 3;
    if (taken.channels() != target.channels() && preprocessing.channels() == 0 && !alpha) {
      throw new ParamException(
          Message.of(
              "%s is %s, but the model takes images of %s channels and does not convert them: leave it out, or train a model with %s",
              Message.param("imageChannels"),
              taken.channels(),
              target.channels(),
              Message.param("channels")));
    }
    if (options.floats() && (resizes || taken.channels() != target.channels())) {
      throw new ParamException(
          Message.of(
              "%s needs images of %s, since only bytes are resized and converted: leave it out, or leave out %s and %s",
              Message.param("floatInput"),
              target,
              Message.param("imageSize"),
              Message.param("imageChannels")));
    }
    return taken;
  }

  /**
   * Images as the model works on them, in [0, 1].
   *
   * @param image [n, taken]
   * @param range of float values
   * @return [n, target]
   */
  String units(String image, ImageShape taken, ImageShape target, Range range) {
    if (!options.floats()) {
      return graph.divide(bytes(image, taken, target), graph.number(MOST));
    }
    String ordered = ordered(image, taken);
    if (range.min() == 0 && range.max() == 1) {
      return ordered;
    }
    String above = graph.subtract(ordered, graph.number(range.min()));
    return graph.divide(above, graph.number(range.max() - range.min()));
  }

  /**
   * Images as the model works on them, whole numbers from 0 to 255.
   *
   * @param image [n, taken], uint8
   * @return [n, target], float32
   */
  String bytes(String image, ImageShape taken, ImageShape target) {
    if (options.floats()) {
      throw new InputException(
          Message.of(
              "%s cannot be had of a model with a backbone, which takes bytes: leave it out",
              Message.param("floatInput")));
    }
    String x = converted(ordered(graph.cast(image), taken), taken.channels(), target.channels());
    return taken.height() == target.height() && taken.width() == target.width()
        ? x
        : resized(x, taken.height(), taken.width(), target.height(), target.width());
  }

  /** Channels in Narrows' order: blue, green, red. */
  private String ordered(String image, ImageShape taken) {
    if (options.order() == ChannelOrder.BGR || taken.channels() == 1) {
      return image;
    }
    if (taken.channels() > 4) {
      throw new ParamException(
          Message.of(
              "%s needs images of 3 or 4 channels, but they have %s",
              Message.param("channelOrder", options.order().label()), taken.channels()));
    }
    String places = taken.channels() == 3 ? graph.integers(2, 1, 0) : graph.integers(2, 1, 0, 3);
    return graph.node("Gather", List.of(Graph.integer("axis", 3)), image, places);
  }

  /** As {@code Channels.convert} does it. */
  private String converted(String x, int from, int to) {
    if (from == to) {
      return x;
    }
    if (from == 1) {
      return graph.concatenate(3, List.of(x, x, x));
    }
    String colors = x;
    if (from == 4) {
      String alpha = graph.slice(x, 3, 3, 4);
      String shaded = graph.multiply(graph.slice(x, 3, 0, 3), alpha);
      colors = floorOf(graph.add(shaded, graph.number(127)), 255);
    }
    if (to == 3) {
      return colors;
    }
    String luma = graph.floats("luma", new float[] {114, 587, 299}, 1, 1, 1, 3);
    String weighted = graph.multiply(colors, luma);
    String sum =
        graph.add(
            graph.add(graph.slice(weighted, 3, 0, 1), graph.slice(weighted, 3, 1, 2)),
            graph.slice(weighted, 3, 2, 3));
    return floorOf(graph.add(sum, graph.number(500)), 1000);
  }

  private String floorOf(String x, int divisor) {
    return graph.node("Floor", graph.divide(x, graph.number(divisor)));
  }

  /**
   * As {@code Resampler} resizes: sums in the same order, rounded half up.
   *
   * @param x [n, height, width, channels], whole numbers from 0 to 255
   */
  String resized(String x, int height, int width, int newHeight, int newWidth) {
    String narrowed = graph.resample(x, 2, width, newWidth, 0);
    String sums = graph.resample(narrowed, 1, height, newHeight, HALF);
    return graph.node("Min", graph.node("Floor", sums), graph.number(MOST));
  }
}
