package ai.narrows.ml.onnx;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.features.BackboneSpec;
import ai.narrows.images.features.Backbones;
import ai.narrows.images.features.Features;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.message.Message;
import ai.narrows.ml.onnx.proto.Onnx.AttributeProto;
import ai.narrows.ml.onnx.proto.Onnx.GraphProto;
import ai.narrows.ml.onnx.proto.Onnx.ModelProto;
import ai.narrows.ml.onnx.proto.Onnx.NodeProto;
import ai.narrows.ml.onnx.proto.Onnx.OperatorSetIdProto;
import ai.narrows.ml.onnx.proto.Onnx.SparseTensorProto;
import ai.narrows.ml.onnx.proto.Onnx.TensorProto;
import ai.narrows.ml.onnx.proto.Onnx.TensorShapeProto;
import ai.narrows.ml.onnx.proto.Onnx.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The graph of a backbone within another: its names get a prefix, its input becomes the image, and
 * its outputs become the grid of bytes that {@link Features} makes of them.
 */
final class BackboneNodes {
  private static final String PREFIX = "backbone/";
  private static final int NEIGHBORS = 3;
  private static final double HALF_RANGE = 127.5;

  private final LoadedBackbone backbone;
  private final BackboneSpec spec;
  private final ModelProto model;
  private final ValueInfoProto input;

  /**
   * Reads a backbone's file.
   *
   * @throws InputException if it cannot be a part of another file
   */
  BackboneNodes(LoadedBackbone backbone) {
    this.backbone = backbone;
    spec = backbone.spec();
    if (spec.builtIn()) {
      throw refused("cannot be exported: only a backbone that is an ONNX file can");
    }
    try {
      model = ModelProto.parseFrom(backbone.file());
    } catch (InvalidProtocolBufferException e) {
      throw new InputException(
          Message.of("%s is no ONNX file", Message.param("backbone", spec.name())), e);
    }
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (!isStandard(set.getDomain())) {
        throw refused(
            "cannot be exported: it has operators of '%s', not only standard ones",
            set.getDomain());
      }
    }
    if (opset() < Graph.OLDEST_OPSET) {
      throw refused(
          "cannot be exported: it has operator set %s, but must have %s or newer",
          opset(), Graph.OLDEST_OPSET);
    }
    if (model.getFunctionsCount() > 0) {
      throw refused("cannot be exported: it defines functions of its own");
    }
    Set<String> constants = new HashSet<>();
    model.getGraph().getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
    input =
        model.getGraph().getInputList().stream()
            .filter(value -> !constants.contains(value.getName()))
            .findFirst()
            .orElseThrow();
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private InputException refused(String why, Object... values) {
    return new InputException(
        Message.of("%s %s", Message.param("backbone", spec.name()), Message.of(why, values)));
  }

  /** Version of its operators. */
  int opset() {
    return (int)
        model.getOpsetImportList().stream()
            .filter(set -> isStandard(set.getDomain()))
            .mapToLong(OperatorSetIdProto::getVersion)
            .findFirst()
            .orElse(1);
  }

  /** Version of its format. */
  long format() {
    return model.getIrVersion();
  }

  private TensorShapeProto shape() {
    return input.getType().getTensorType().getShape();
  }

  /** Whether it takes one image at a time. */
  boolean takesOne() {
    return shape().getDim(0).hasDimValue();
  }

  /**
   * From images to grids.
   *
   * @param bytes [n, size, size, 3], blue first, whole numbers from 0 to 255
   * @return [n, grid, grid, channels], whole numbers from 0 to 255
   */
  String grid(Graph graph, String bytes) {
    boolean first = shape().getDim(1).getDimValue() == 3;
    graph.add(renamed(model.getGraph(), standardized(graph, bytes, first)), backbone.file().length);
    List<ImageShape> maps = Backbones.maps(spec, backbone.file());
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      String map = PREFIX + spec.outputs().get(i);
      placed.add(placed(graph, first ? graph.transpose(map, 0, 2, 3, 1) : map, maps.get(i)));
    }
    return rounded(graph, averaged(graph, graph.concatenate(3, placed)));
  }

  /** Red first, on the scale that the backbone was trained on. */
  private String standardized(Graph graph, String bytes, boolean channelsFirst) {
    float[] scale = new float[3];
    float[] shift = new float[3];
    for (int c = 0; c < 3; c++) {
      scale[c] = (float) (1 / (255 * spec.deviation().get(c)));
      shift[c] = (float) (-spec.mean().get(c) / spec.deviation().get(c));
    }
    String red =
        graph.node("Gather", List.of(Graph.integer("axis", 3)), bytes, graph.integers(2, 1, 0));
    String scaled = graph.multiply(red, graph.floats("backbone.scale", scale, 1, 1, 1, 3));
    String values = graph.add(scaled, graph.floats("backbone.shift", shift, 1, 1, 1, 3));
    return channelsFirst ? graph.transpose(values, 0, 3, 1, 2) : values;
  }

  /** A map [n, height, width, channels] brought to the grid. */
  private String placed(Graph graph, String map, ImageShape shape) {
    int side = spec.grid();
    String narrowed = shape.width() == side ? map : graph.resample(map, 2, shape.width(), side, 0);
    return shape.height() == side ? narrowed : graph.resample(narrowed, 1, shape.height(), side, 0);
  }

  /** Means over neighborhoods of 3x3 positions, of which fewer exist at the border. */
  private static String averaged(Graph graph, String grid) {
    String means =
        graph.node(
            "AveragePool",
            List.of(
                Graph.integers("kernel_shape", NEIGHBORS, NEIGHBORS),
                Graph.integers("strides", 1, 1),
                Graph.integers("pads", 1, 1, 1, 1)),
            graph.transpose(grid, 0, 3, 1, 2));
    return graph.transpose(means, 0, 2, 3, 1);
  }

  /** Standardized by channel, clipped, and rounded to whole numbers. */
  private String rounded(Graph graph, String grid) {
    int channels = spec.channels();
    String scale = graph.floats("grid.scale", spec.scale().scale(channels), 1, 1, 1, channels);
    String shift = graph.floats("grid.shift", spec.scale().shift(channels), 1, 1, 1, channels);
    String standard = graph.add(graph.multiply(grid, scale), shift);
    String clipped =
        graph.node("Clip", standard, graph.number(-Features.CLIP), graph.number(Features.CLIP));
    String units = graph.multiply(clipped, graph.number((float) HALF_RANGE / Features.CLIP));
    return graph.node("Floor", graph.add(units, graph.number(128)));
  }

  /** A graph whose names have the prefix, with another value for its input. */
  private GraphProto renamed(GraphProto graph, String image) {
    GraphProto.Builder renamed = GraphProto.newBuilder();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        throw refused("cannot be exported: its weights are in other files");
      }
      renamed.addInitializer(tensor.toBuilder().setName(name(tensor.getName(), image)));
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      TensorProto values = tensor.getValues();
      renamed.addSparseInitializer(
          tensor.toBuilder().setValues(values.toBuilder().setName(name(values.getName(), image))));
    }
    for (NodeProto node : graph.getNodeList()) {
      renamed.addNode(renamed(node, image));
    }
    for (ValueInfoProto value : graph.getInputList()) { // those of a loop's body
      renamed.addInput(value.toBuilder().setName(name(value.getName(), image)));
    }
    for (ValueInfoProto value : graph.getOutputList()) {
      renamed.addOutput(value.toBuilder().setName(name(value.getName(), image)));
    }
    return renamed.setName(PREFIX + graph.getName()).build();
  }

  private NodeProto renamed(NodeProto node, String image) {
    NodeProto.Builder renamed = node.toBuilder();
    if (!node.getName().isEmpty()) {
      renamed.setName(PREFIX + node.getName());
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      renamed.setInput(i, name(node.getInput(i), image));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      renamed.setOutput(i, name(node.getOutput(i), image));
    }
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      AttributeProto.Builder inner = attribute.toBuilder();
      if (attribute.hasG()) {
        inner.setG(renamed(attribute.getG(), image));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        inner.setGraphs(g, renamed(attribute.getGraphs(g), image));
      }
      renamed.setAttribute(i, inner);
    }
    return renamed.build();
  }

  private String name(String name, String image) {
    if (name.isEmpty()) {
      return name; // of an optional value that is not there
    }
    return name.equals(input.getName()) ? image : PREFIX + name;
  }
}
