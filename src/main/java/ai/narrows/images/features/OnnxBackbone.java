package ai.narrows.images.features;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.message.Message;
import ai.narrows.nn.kernels.NativeFiles;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A network in an ONNX file, run by ONNX Runtime on the thread that asks, one image at a time: so
 * an image's features do not depend on its neighbors in a batch. Its input is a batch of images [n,
 * 3, height, width] or [n, height, width, 3] of float32; its outputs are grids in the same layout.
 */
final class OnnxBackbone implements Backbone {
  private static final int NO_BATCH = 1;
  private static final String NOWHERE = "/dev/null/narrows"; // below a file, so that it cannot be
  private static final int DIMENSIONS = 4;

  /** More values than any sensible grid has. */
  private static final long MOST_VALUES = 1L << 26;

  private static final int SHOWN_CHARS = 200;

  private final BackboneSpec spec;
  private final OrtSession session;
  private final String input;
  private final boolean channelsFirst;
  private final List<Shape> shapes;

  /** Shape of an output of one image. */
  private record Shape(int height, int width, int channels) {
    int size() {
      return height * width * channels;
    }

    long[] dimensions(boolean channelsFirst) {
      return channelsFirst
          ? new long[] {NO_BATCH, channels, height, width}
          : new long[] {NO_BATCH, height, width, channels};
    }
  }

  /**
   * What is found in a file.
   *
   * @param outputs that are taken
   * @param size side of the images
   * @param channels of all outputs together
   */
  record Found(List<String> outputs, int size, int channels) {}

  /** The environment of ONNX Runtime, whose natives are unpacked where all others are. */
  private static final class OnnxRuntime {
    static final OrtEnvironment ENVIRONMENT = environment();

    private static OrtEnvironment environment() {
      String property = "onnxruntime.native.path";
      if (System.getProperty(property) == null) {
        String folder = "/ai/onnxruntime/native/" + platform() + "/";
        List<String> libraries =
            List.of(
                folder + System.mapLibraryName("onnxruntime"),
                folder + System.mapLibraryName("onnxruntime4j_jni"));
        System.setProperty(property, NativeFiles.unpack("onnxruntime", libraries).toString());
      }
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "narrows");
      try {
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
      return environment;
    }

    /** As ONNX Runtime names it. */
    private static String platform() {
      String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
      boolean arm = arch.equals("aarch64") || arch.equals("arm64");
      return (os.startsWith("mac") ? "osx" : os.startsWith("win") ? "win" : "linux")
          + (arm ? "-aarch64" : "-x64");
    }
  }

  /** A backbone that has been described. */
  OnnxBackbone(BackboneSpec spec, byte[] file) {
    this(spec, spec.name(), file, spec.size(), spec.outputs());
    if (shapes.stream().mapToInt(Shape::channels).sum() != spec.channels()) {
      throw new InputException("the backbone " + spec.name() + " has other outputs than it had");
    }
  }

  private OnnxBackbone(
      BackboneSpec spec, String name, byte[] file, int size, List<String> outputs) {
    this.spec = spec;
    session = session(name, file);
    Input found = input(name, session);
    input = found.name();
    channelsFirst = found.channelsFirst();
    shapes = tried(name, session, found, size, outputs);
  }

  @Override
  public ImageShape input() {
    return spec.input();
  }

  @Override
  public ImageShape output() {
    return spec.output();
  }

  /** Shapes of the outputs of one image. */
  List<ImageShape> maps() {
    return shapes.stream()
        .map(shape -> new ImageShape(shape.height(), shape.width(), shape.channels()))
        .toList();
  }

  /** What a file has, after a first run. */
  static Found find(String name, byte[] file, Backbones.Asked asked) {
    try (OrtSession session = session(name, file)) {
      Input input = input(name, session);
      int size = size(name, input, asked.size());
      List<String> outputs = outputs(name, session, asked.outputs());
      List<Shape> shapes = tried(name, session, input, size, outputs);
      return new Found(outputs, size, shapes.stream().mapToInt(Shape::channels).sum());
    } catch (OrtException e) {
      throw refused(name, "cannot be closed: " + words(e), e);
    }
  }

  private static OrtSession session(String name, byte[] file) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setDeterministicCompute(true);
      // Weights in other files would be looked for in the working directory.
      options.addConfigEntry("session.model_external_initializers_file_folder_path", NOWHERE);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return OnnxRuntime.ENVIRONMENT.createSession(file, options);
    } catch (OrtException e) {
      throw refused(name, "is no ONNX model that can be run: " + words(e), e);
    }
  }

  private static String words(OrtException e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ").strip();
    return line.length() > SHOWN_CHARS ? line.substring(0, SHOWN_CHARS) + "..." : line;
  }

  private static InputException refused(String name, String why, Exception cause) {
    return new InputException(Message.of("%s %s", Message.param("backbone", name), why), cause);
  }

  private static InputException refused(String name, Message why) {
    return new InputException(Message.of("%s %s", Message.param("backbone", name), why));
  }

  /**
   * The only input.
   *
   * @param height of the images; -1 where the file leaves it open, and so is the width
   */
  private record Input(String name, boolean channelsFirst, int height, int width) {}

  private static Input input(String name, OrtSession session) {
    Map<String, NodeInfo> inputs = info(name, session::getInputInfo);
    if (inputs.size() != 1) {
      throw refused(
          name,
          Message.of(
              "has %s inputs (%s), but must have one, of images",
              inputs.size(), String.join(", ", inputs.keySet())));
    }
    Map.Entry<String, NodeInfo> only = inputs.entrySet().iterator().next();
    if (!(only.getValue().getInfo() instanceof TensorInfo tensor)
        || tensor.type != OnnxJavaType.FLOAT
        || tensor.getShape().length != DIMENSIONS) {
      throw refused(
          name,
          Message.of(
              "takes %s as its input '%s', but must take float32 images of shape [1, 3, height, width]",
              described(only.getValue()), only.getKey()));
    }
    long[] shape = tensor.getShape();
    boolean first = shape[1] == 3;
    if ((!first && shape[3] != 3) || shape[0] > NO_BATCH) {
      throw refused(
          name,
          Message.of(
              "takes %s as its input '%s', but must take one image of 3 channels, or any number of them: [1, 3, height, width]",
              described(only.getValue()), only.getKey()));
    }
    return new Input(only.getKey(), first, (int) shape[first ? 2 : 1], (int) shape[first ? 3 : 2]);
  }

  private static String described(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        ? tensor.type.toString().toLowerCase(Locale.ROOT) + " " + Arrays.toString(tensor.getShape())
        : "no tensor";
  }

  private interface Asking<T> {
    T ask() throws OrtException;
  }

  private static <T> T info(String name, Asking<T> asking) {
    try {
      return asking.ask();
    } catch (OrtException e) {
      throw refused(name, "cannot be read: " + words(e), e);
    }
  }

  private static int size(String name, Input input, int asked) {
    if (input.height() < 0 && input.width() < 0) {
      if (asked == 0) {
        throw refused(
            name,
            Message.of(
                "leaves height and width of its images open: set %s, such as 224",
                Message.param("backboneSize")));
      }
      return asked;
    }
    int size = Math.max(input.height(), input.width());
    if (input.height() >= 0 && input.width() >= 0 && input.height() != input.width()) {
      throw refused(
          name,
          Message.of(
              "takes images of %sx%s, but must take square ones", input.height(), input.width()));
    }
    if (asked > 0 && asked != size) {
      throw refused(
          name,
          Message.of(
              "takes images of %sx%s, but %s: leave it out, or export the network for that size",
              size, size, Message.param("backboneSize", asked)));
    }
    return size;
  }

  private static List<String> outputs(String name, OrtSession session, List<String> asked) {
    Map<String, NodeInfo> all = info(name, session::getOutputInfo);
    for (String output : asked) {
      if (!all.containsKey(output)) {
        throw refused(
            name,
            Message.of(
                "has no output '%s' of %s; it has %s",
                output, Message.param("backboneOutputs"), String.join(", ", all.keySet())));
      }
    }
    List<String> outputs = new ArrayList<>(asked);
    if (asked.isEmpty()) {
      all.forEach(
          (output, node) -> {
            if (isGrid(node)) {
              outputs.add(output);
            }
          });
    }
    for (String output : outputs) {
      if (!isGrid(all.get(output))) {
        throw refused(
            name,
            Message.of(
                "gives %s as its output '%s', but features must be a float32 grid of 4 dimensions",
                described(all.get(output)), output));
      }
    }
    if (outputs.isEmpty()) {
      throw refused(
          name,
          Message.of(
              "has no output that is a float32 grid of 4 dimensions, only %s",
              String.join(
                  ", ",
                  all.entrySet().stream()
                      .map(e -> e.getKey() + " (" + described(e.getValue()) + ")")
                      .toList())));
    }
    return outputs;
  }

  private static boolean isGrid(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        && tensor.type == OnnxJavaType.FLOAT
        && tensor.getShape().length == DIMENSIONS;
  }

  /** The shapes of the outputs, as one run gives them. */
  private static List<Shape> tried(
      String name, OrtSession session, Input input, int size, List<String> outputs) {
    long[] shape = dimensions(input.channelsFirst(), size);
    try (OnnxTensor zeros =
            OnnxTensor.createTensor(OnnxRuntime.ENVIRONMENT, floats(3 * size * size), shape);
        OrtSession.Result result =
            session.run(Map.of(input.name(), zeros), new LinkedHashSet<>(outputs))) {
      List<Shape> shapes = new ArrayList<>();
      long values = 0;
      for (String output : outputs) {
        long[] out = ((TensorInfo) result.get(output).orElseThrow().getInfo()).getShape();
        boolean first = input.channelsFirst();
        Shape found =
            new Shape((int) out[first ? 2 : 1], (int) out[first ? 3 : 2], (int) out[first ? 1 : 3]);
        values += out[1] * out[2] * out[3];
        if (out[0] != NO_BATCH || out[1] * out[2] * out[3] < 1 || values > MOST_VALUES) {
          throw refused(
              name,
              Message.of("gives %s as its output '%s' of one image", Arrays.toString(out), output));
        }
        shapes.add(found);
      }
      return List.copyOf(shapes);
    } catch (OrtException e) {
      throw refused(
          name,
          String.format(
              Locale.ROOT, "cannot be run on an image of %dx%d: %s", size, size, words(e)),
          e);
    }
  }

  private static long[] dimensions(boolean channelsFirst, int size) {
    return channelsFirst
        ? new long[] {NO_BATCH, 3, size, size}
        : new long[] {NO_BATCH, size, size, 3};
  }

  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, count))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public Extractor extractor() {
    return new OnnxExtractor();
  }

  /** With buffers of its own, into which ONNX Runtime writes. */
  private final class OnnxExtractor implements Extractor {
    private final int size = spec.size();
    private final float[][] table = new float[3][256]; // [color, byte], red first
    private final float[] image = new float[3 * size * size];
    private final FloatBuffer in = floats(image.length);
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final List<FloatBuffer> maps = new ArrayList<>();
    private final List<GridPlacement> placements = new ArrayList<>();
    private final float[] map;

    OnnxExtractor() {
      for (int color = 0; color < 3; color++) {
        for (int value = 0; value < 256; value++) {
          table[color][value] =
              (float) ((value / 255.0 - spec.mean().get(color)) / spec.deviation().get(color));
        }
      }
      try {
        inputs =
            Map.of(
                input,
                OnnxTensor.createTensor(
                    OnnxRuntime.ENVIRONMENT, in, dimensions(channelsFirst, size)));
        int most = 0;
        for (int i = 0; i < shapes.size(); i++) {
          Shape shape = shapes.get(i);
          FloatBuffer out = floats(shape.size());
          maps.add(out);
          outputs.put(
              spec.outputs().get(i),
              OnnxTensor.createTensor(
                  OnnxRuntime.ENVIRONMENT, out, shape.dimensions(channelsFirst)));
          placements.add(
              new GridPlacement(shape.height(), shape.width(), shape.channels(), spec.grid()));
          most = Math.max(most, shape.size());
        }
        map = new float[most];
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void extract(byte[] pixels, int from, float[] target) {
      int count = size * size;
      int perPixel = channelsFirst ? 1 : 3;
      int perColor = channelsFirst ? count : 1;
      for (int p = 0, at = from; p < count; p++) {
        int to = p * perPixel;
        image[to + 2 * perColor] = table[2][pixels[at++] & 0xff]; // blue comes first
        image[to + perColor] = table[1][pixels[at++] & 0xff];
        image[to] = table[0][pixels[at++] & 0xff];
      }
      in.put(0, image);
      run();
      int at = 0;
      for (int i = 0; i < shapes.size(); i++) {
        Shape shape = shapes.get(i);
        maps.get(i).get(0, map, 0, shape.size());
        placements
            .get(i)
            .place(
                map,
                channelsFirst ? shape.width() : shape.width() * shape.channels(),
                channelsFirst ? 1 : shape.channels(),
                channelsFirst ? shape.height() * shape.width() : 1,
                target,
                at,
                spec.channels());
        at += shape.channels();
      }
    }

    private void run() {
      try {
        session.run(inputs, outputs).close(); // which leaves these outputs open
      } catch (OrtException e) {
        throw new IllegalStateException("the backbone " + spec.name() + " fails: " + words(e), e);
      }
    }
  }
}
