package ai.narrows.ml.onnx;

import ai.narrows.images.InputException;
import ai.narrows.images.ResampledAxis;
import ai.narrows.message.Message;
import ai.narrows.ml.onnx.proto.Onnx.AttributeProto;
import ai.narrows.ml.onnx.proto.Onnx.GraphProto;
import ai.narrows.ml.onnx.proto.Onnx.NodeProto;
import ai.narrows.ml.onnx.proto.Onnx.TensorProto;
import ai.narrows.ml.onnx.proto.Onnx.TensorShapeProto;
import ai.narrows.ml.onnx.proto.Onnx.TypeProto;
import ai.narrows.ml.onnx.proto.Onnx.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An ONNX graph that is being built: nodes in the order in which they run, and constants, each of
 * them once. A value is known by its name.
 */
final class Graph {
  /** The operator set of a graph that has no other graph in it. */
  static final int OPSET = 17;

  /** The oldest operator set that has all operators as they are used here. */
  static final int OLDEST_OPSET = 13;

  /** From this operator set on, every reduction takes its axes as an input. */
  private static final int AXES_AS_INPUT = 18;

  /** What protobuf can hold, less than enough for everything but constants. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private final GraphProto.Builder proto = GraphProto.newBuilder();
  private final int opset;
  private final String batch; // name of the first dimension; empty where it is 1
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<Object, String> constants = new HashMap<>();
  private long bytes;

  /**
   * An empty graph.
   *
   * @param opset version of the standard operators, at least {@link #OLDEST_OPSET}
   * @param fixed whether a batch has one image only
   */
  Graph(int opset, boolean fixed) {
    this.opset = opset;
    this.batch = fixed ? "" : "batch";
  }

  /** Version of the standard operators. */
  int opset() {
    return opset;
  }

  private String unique(String name) {
    int count = counts.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "_" + count;
  }

  /**
   * An input of the graph.
   *
   * @param floats whether it is float32, not uint8
   * @param dimensions behind that of the batch
   */
  String input(String name, boolean floats, String text, int... dimensions) {
    counts.put(name, 1);
    TensorProto.DataType type = floats ? TensorProto.DataType.FLOAT : TensorProto.DataType.UINT8;
    proto.addInput(value(name, type, text, dimensions));
    return name;
  }

  /**
   * An output of the graph, float32.
   *
   * @param from the value that it has
   * @param dimensions behind that of the batch
   */
  void output(String name, String from, String text, int... dimensions) {
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(name)
            .addInput(from)
            .addOutput(name)
            .build());
    proto.addOutput(value(name, TensorProto.DataType.FLOAT, text, dimensions));
  }

  private ValueInfoProto value(
      String name, TensorProto.DataType type, String text, int... dimensions) {
    TensorShapeProto.Dimension.Builder first = TensorShapeProto.Dimension.newBuilder();
    if (batch.isEmpty()) {
      first.setDimValue(1);
    } else {
      first.setDimParam(batch);
    }
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder().addDim(first);
    for (int size : dimensions) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setDocString(text)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /**
   * A constant of float32.
   *
   * @param dimensions their product is the number of values; none for one number
   */
  String floats(String name, float[] values, long... dimensions) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return constant(unique(name), TensorProto.DataType.FLOAT, buffer, dimensions);
  }

  /** One number of float32; equal ones are one constant. */
  String number(double value) {
    float single = (float) value;
    String known = constants.get(single);
    if (known == null) {
      ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putFloat(0, single);
      known = constant("number/" + single, TensorProto.DataType.FLOAT, buffer);
      constants.put(single, known);
    }
    return known;
  }

  /** A list of int64; equal ones are one constant. */
  String integers(long... values) {
    List<Long> key = Arrays.stream(values).boxed().toList();
    String known = constants.get(key);
    if (known == null) {
      ByteBuffer buffer =
          ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      buffer.asLongBuffer().put(values);
      known =
          constant(
              String.format(Locale.ROOT, "integers/%d", constants.size()),
              TensorProto.DataType.INT64,
              buffer,
              values.length);
      constants.put(key, known);
    }
    return known;
  }

  private String constant(
      String name, TensorProto.DataType type, ByteBuffer values, long... dimensions) {
    count(values.capacity());
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(values.clear()));
    for (long size : dimensions) {
      tensor.addDims(size);
    }
    proto.addInitializer(tensor);
    return name;
  }

  /** Refuses what would make the file too large. */
  private void count(long more) {
    bytes += more;
    if (bytes > MOST_BYTES) {
      throw new InputException(
          Message.of(
              "the model has more than %s bytes of weights, which no ONNX file in one piece can hold: train one with smaller %s, %s or %s",
              MOST_BYTES,
              Message.param("hidden"),
              Message.param("filters"),
              Message.param("latentDim")));
    }
  }

  /** A node with one output, whose name it returns. */
  String node(String type, String... inputs) {
    return node(type, List.of(), inputs);
  }

  /** The same with attributes. */
  String node(String type, List<AttributeProto> attributes, String... inputs) {
    String name = unique(type);
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(Arrays.asList(inputs))
            .addOutput(name)
            .addAllAttribute(attributes)
            .build());
    return name;
  }

  /**
   * A node of the type TopK: the largest values along the first axis, in falling order.
   *
   * @param count how many
   */
  String largest(String values, int count) {
    String name = unique("TopK");
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType("TopK")
            .setName(name)
            .addInput(values)
            .addInput(integers(count))
            .addOutput(name)
            .addOutput(name + "_places")
            .addAttribute(integer("axis", 0))
            .build());
    return name;
  }

  /**
   * Takes in a graph that stands elsewhere, with other names for everything in it.
   *
   * @param size bytes of its constants, at most
   */
  void add(GraphProto other, long size) {
    count(size);
    proto.addAllInitializer(other.getInitializerList());
    proto.addAllSparseInitializer(other.getSparseInitializerList());
    proto.addAllNode(other.getNodeList());
  }

  /** An attribute that is a whole number. */
  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute that is a list of whole numbers. */
  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  /** An attribute that is a number. */
  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  /** An attribute that is a word. */
  static AttributeProto word(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  String add(String a, String b) {
    return node("Add", a, b);
  }

  String subtract(String a, String b) {
    return node("Sub", a, b);
  }

  String multiply(String a, String b) {
    return node("Mul", a, b);
  }

  String divide(String a, String b) {
    return node("Div", a, b);
  }

  String square(String a) {
    return multiply(a, a);
  }

  /** Dimensions may be -1, for whatever is left, and 0, for as before. */
  String reshape(String a, long... dimensions) {
    return node("Reshape", a, integers(dimensions));
  }

  String transpose(String a, long... permutation) {
    return node("Transpose", List.of(integers("perm", permutation)), a);
  }

  /** What lies along an axis from {@code begin} to before {@code end}. */
  String slice(String a, int axis, long begin, long end) {
    return node("Slice", a, integers(begin), integers(end), integers(axis));
  }

  /** Values one behind the other along an axis. */
  String concatenate(int axis, List<String> values) {
    return values.size() == 1
        ? values.get(0)
        : node("Concat", List.of(integer("axis", axis)), values.toArray(String[]::new));
  }

  /** The sum along an axis, which goes. */
  String sum(String a, int axis) {
    return node("ReduceSum", List.of(integer("keepdims", 0)), a, integers(axis));
  }

  /** The least value along an axis, which goes. */
  String least(String a, int axis) {
    return extreme("ReduceMin", a, axis);
  }

  /** The greatest value along an axis, which goes. */
  String greatest(String a, int axis) {
    return extreme("ReduceMax", a, axis);
  }

  private String extreme(String operator, String a, int axis) {
    return opset < AXES_AS_INPUT
        ? node(operator, List.of(integers("axes", axis), integer("keepdims", 0)), a)
        : node(operator, List.of(integer("keepdims", 0)), a, integers(axis));
  }

  /** As float32. */
  String cast(String a) {
    return node("Cast", List.of(integer("to", TensorProto.DataType.FLOAT.getNumber())), a);
  }

  /**
   * An axis brought to another length, by sums in the order in which Narrows adds.
   *
   * @param in its length
   * @param out its new length
   * @param start what sums begin with
   */
  String resample(String a, int axis, int in, int out, double start) {
    ResampledAxis resampled = new ResampledAxis(in, out);
    int taps = IntStream.range(0, out).map(i -> resampled.weights(i).length).max().orElseThrow();
    long[] shape = new long[] {1, 1, 1, 1};
    shape[axis] = out;
    String sum = start == 0 ? null : number(start);
    for (int k = 0; k < taps; k++) {
      long[] places = new long[out];
      float[] shares = new float[out];
      for (int i = 0; i < out; i++) {
        float[] weights = resampled.weights(i);
        places[i] = Math.min(resampled.first(i) + k, in - 1);
        shares[i] = k < weights.length ? weights[k] : 0;
      }
      String picked = node("Gather", List.of(integer("axis", axis)), a, integers(places));
      String weighted = multiply(picked, floats("shares", shares, shape));
      sum = sum == null ? weighted : add(sum, weighted);
    }
    return sum;
  }

  GraphProto build(String name, String text) {
    return proto.setName(name).setDocString(text).build();
  }
}
