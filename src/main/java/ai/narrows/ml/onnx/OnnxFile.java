package ai.narrows.ml.onnx;

import ai.narrows.compat.Build;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.images.pixels.PatchGrid;
import ai.narrows.images.pixels.Patches;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.ml.onnx.OnnxOptions.Part;
import ai.narrows.ml.onnx.proto.Onnx.ModelProto;
import ai.narrows.ml.onnx.proto.Onnx.OperatorSetIdProto;
import ai.narrows.ml.onnx.proto.Onnx.StringStringEntryProto;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.ml.persistence.ModelStore;
import ai.narrows.nn.Loss;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.Scoring;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes a model as an ONNX file: one graph of standard operators, with everything in it. */
public final class OnnxFile {
  /** Version of the format in which graphs of operator set 17 are written. */
  private static final long FORMAT = 8;

  private static final String PRODUCER = "Narrows";

  /** The field of the producer as it stands in a file: number and kind, length, text. */
  private static final String PRODUCER_FIELD = "\u0012\u0007" + PRODUCER;

  /** Bytes of the version of the format, which is the only field in front of it. */
  private static final int MOST_BEFORE = 11;

  private static final String IMAGE = "image";
  private static final String LATENT = "latent";

  private final ModelData data;
  private final Settings settings;
  private final OnnxOptions options;
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final BackboneNodes backbone; // null without one
  private final Graph graph;

  /**
   * What a model is set to.
   *
   * @param kind simple name of its class
   * @param uid the model's
   * @param scoring how it scores
   * @param patchQuantile which of its patches' scores an image has
   * @param predicts whether predictions are wanted
   * @param threshold above which scores are predicted anomalous
   * @param origin how the threshold was found
   * @param regions params of regions of error maps, by name; none where they have no threshold
   * @param inputMin what float values become 0
   * @param inputMax what float values become 1
   */
  public record Settings(
      String kind,
      String uid,
      Scoring scoring,
      double patchQuantile,
      boolean predicts,
      double threshold,
      String origin,
      Map<String, String> regions,
      double inputMin,
      double inputMax) {

    public Settings {
      regions = Map.copyOf(regions);
    }
  }

  private OnnxFile(ModelData data, Settings settings, OnnxOptions options) {
    this.data = data;
    this.settings = settings;
    this.options = options;
    LoadedBackbone loaded = data.backbone();
    boolean takesImages = options.part() != Part.DECODER;
    backbone = loaded.any() && takesImages ? new BackboneNodes(loaded) : null;
    graph =
        backbone == null
            ? new Graph(Graph.OPSET, false)
            : new Graph(backbone.opset(), backbone.takesOne());
  }

  /**
   * A model as an ONNX file.
   *
   * @return its bytes
   * @throws InputException if the model, or what is asked for, cannot be exported
   */
  public static byte[] of(ModelData data, Settings settings, OnnxOptions options) {
    OnnxFile file = new OnnxFile(data, settings, options);
    file.check();
    file.describe();
    if (options.part() == Part.DECODER) {
      file.decoder();
    } else {
      file.fromImages();
    }
    return file.model().toByteArray();
  }

  /**
   * Whether a file begins as those that are written here.
   *
   * @param head its first bytes, as text
   */
  public static boolean isOurs(String head) {
    int at = head.indexOf(PRODUCER_FIELD);
    return at >= 0 && at <= MOST_BEFORE;
  }

  private void check() {
    boolean variational = data.architecture().variational();
    if (options.latentVariance() && !variational) {
      throw new ParamException(
          Message.of(
              "%s needs a variational autoencoder: an autoencoder's latent has no variance",
              Message.param("withLatentVariance")));
    }
    if (options.part() != Part.MODEL && (options.reconstruction() || options.errorMap())) {
      throw new ParamException(
          Message.of(
              "%s has no other outputs: leave out %s and %s, or export the whole model",
              Message.param("part", options.part().label()),
              Message.param("withReconstruction"),
              Message.param("withErrorMap")));
    }
    boolean rebuilds = options.reconstruction() || options.part() == Part.DECODER;
    if (rebuilds && data.backbone().any()) {
      throw new ParamException(
          Message.of(
              "%s needs a model of pixels: a model with a backbone reconstructs features, not images",
              options.part() == Part.DECODER
                  ? Message.param("part", options.part().label())
                  : Message.param("withReconstruction")));
    }
    boolean takes = options.height() > 0 || options.channels() > 0 || options.floats();
    if (options.part() == Part.DECODER && (takes || options.latentVariance())) {
      throw new ParamException(
          Message.of(
              "%s takes latents, not images: leave out all options about images and other outputs",
              Message.param("part", options.part().label())));
    }
  }

  /** What is known of the model, for whoever reads the file. */
  private void describe() {
    property("version", Build.here().version());
    property("model", settings.kind());
    property("uid", settings.uid());
    property("weightsSha256", ModelStore.weightsSha256(data));
    property("part", options.part().label());
    property("architecture", data.architecture().toString());
    property("provenance", data.summary().provenance().toString());
  }

  private void property(String name, Object value) {
    properties.put("narrows." + name, value.toString());
  }

  private NetworkNodes network() {
    return new NetworkNodes(graph, data.architecture(), data.parameters());
  }

  private void decoder() {
    Architecture architecture = data.architecture();
    int k = architecture.latentDim();
    String latent =
        graph.input(LATENT, true, "What the encoder makes of an image, or other values.", k);
    ImageShape shape = data.input().shape();
    property("input", String.format(Locale.ROOT, "latent: float32 [batch, %d]", k));
    reconstruction(network().decode(latent).pixels(), shape);
  }

  private void reconstruction(String pixels, ImageShape shape) {
    String images = graph.reshape(pixels, -1, shape.height(), shape.width(), shape.channels());
    outputImages(images, shape);
  }

  private void outputImages(String images, ImageShape shape) {
    graph.output(
        "reconstruction",
        images,
        shape.channels() == 3
            ? "The image as the model reconstructs it, in [0, 1]; channels blue, green, red."
            : "The image as the model reconstructs it, in [0, 1].",
        shape.height(),
        shape.width(),
        shape.channels());
  }

  /** What images are cut and taken of: pixels, or positions of a backbone's grid. */
  private ImageShape whole() {
    Patches patches = data.input().patches();
    ImageShape shape = data.input().shape();
    Preprocessing preprocessing = data.input().preprocessing();
    if (backbone != null) {
      return data.backbone().spec().input();
    }
    if (patches.whole() || options.height() == 0) {
      return shape;
    }
    return preprocessing.resizes()
        ? new ImageShape(preprocessing.height(), preprocessing.width(), shape.channels())
        : new ImageShape(options.height(), options.width(), shape.channels());
  }

  private void fromImages() {
    ImageShape whole = whole();
    ImageNodes images = new ImageNodes(graph, options);
    ImageShape taken = images.taken(whole, data.input().preprocessing());
    String image =
        graph.input(
            IMAGE,
            options.floats(),
            described(taken),
            taken.height(),
            taken.width(),
            taken.channels());
    property("input", described(taken));

    ImageShape cut = backbone == null ? whole : data.backbone().spec().output();
    PatchNodes patches = new PatchNodes(graph, grid(cut));
    String units =
        backbone == null
            ? images.units(
                image, taken, whole, new ImageNodes.Range(settings.inputMin(), settings.inputMax()))
            : graph.divide(
                backbone.grid(graph, images.bytes(image, taken, whole)), graph.number(255));
    String rows = patches.rows(units);
    if (options.part() == Part.ENCODER) {
      latent(network().encode(rows), patches);
    } else {
      scores(rows, patches, images);
    }
  }

  private PatchGrid grid(ImageShape image) {
    try {
      return data.input().patches().grid(image);
    } catch (InputException e) {
      throw new InputException(Message.of("the image %s", e.told()), e);
    }
  }

  private String described(ImageShape taken) {
    String range =
        options.floats()
            ? String.format(
                Locale.ROOT, "float32 in [%s, %s]", settings.inputMin(), settings.inputMax())
            : "uint8";
    String channels =
        switch (taken.channels()) {
          case 3 -> ", channels " + colors();
          case 4 -> ", channels " + colors() + ", alpha";
          default -> "";
        };
    return String.format(
        Locale.ROOT,
        "image: %s [batch, height %d, width %d, %d]%s",
        range,
        taken.height(),
        taken.width(),
        taken.channels(),
        channels);
  }

  private String colors() {
    return options.order() == OnnxOptions.ChannelOrder.RGB
        ? "red, green, blue"
        : "blue, green, red";
  }

  private void latent(NetworkNodes.Encoded encoded, PatchNodes patches) {
    int k = data.architecture().latentDim();
    graph.output(LATENT, patches.mean(encoded.mean(), k), "The latent.", k);
    boolean variance =
        options.latentVariance()
            || (options.part() == Part.ENCODER && encoded.logVariance() != null);
    if (variance) {
      graph.output(
          "latentVariance",
          patches.mean(graph.node("Exp", encoded.logVariance()), k),
          "The variance of the latent.",
          k);
    }
  }

  private void scores(String rows, PatchNodes patches, ImageNodes images) {
    Architecture architecture = data.architecture();
    ScoreNodes nodes =
        new ScoreNodes(graph, network(), architecture, loss(), data.statistics(), rows);
    double quantile = settings.patchQuantile();
    String error = nodes.reconstructionError();
    Scoring scoring = settings.scoring();
    String score = patches.quantile(nodes.score(scoring), quantile);
    graph.output(
        "anomalyScore",
        score,
        "The " + scoring.method().label() + " of the image; higher is more anomalous.");
    property("scoreMethod", scoring.method().label());
    if (scoring.method().likelihood()) {
      property("scoreSamples", scoring.samples());
    }
    if (!data.input().patches().whole()) {
      property("patchQuantile", quantile);
    }
    if (settings.predicts()) {
      graph.output(
          "prediction",
          graph.cast(graph.node("Greater", score, graph.number(settings.threshold()))),
          "1 where anomalyScore is above the threshold, else 0.");
      property("threshold", settings.threshold());
      property("thresholdOrigin", settings.origin());
    }
    settings.regions().forEach(this::property);
    graph.output(
        "reconstructionError",
        patches.quantile(error, quantile),
        "Mean squared error of the reconstruction per pixel.");
    latent(nodes.encoded(), patches);
    ImageShape shape = patches.image();
    if (options.reconstruction()) {
      int channels = shape.channels();
      outputImages(patches.stitched(nodes.reconstruction(), channels), shape);
    }
    if (options.errorMap()) {
      errorMap(patches.stitched(nodes.errorMap(), 1), shape, images);
    }
  }

  /** Of a backbone's grid enlarged to the image, in bytes as Spark has it. */
  private void errorMap(String map, ImageShape shape, ImageNodes images) {
    int height = shape.height();
    int width = shape.width();
    String large = map;
    if (backbone != null) {
      int size = data.backbone().spec().size();
      String bytes =
          graph.node("Floor", graph.add(graph.multiply(map, graph.number(255)), graph.number(0.5)));
      String limited = graph.node("Min", bytes, graph.number(255));
      large = graph.divide(images.resized(limited, height, width, size, size), graph.number(255));
      height = size;
      width = size;
    }
    graph.output(
        "errorMap",
        graph.reshape(large, -1, height, width),
        "Root of the mean squared error of each pixel, in [0, 1].",
        height,
        width);
  }

  /** The loss, with the sigma that was learned. */
  private Loss loss() {
    float[] parameters = data.parameters();
    return data.loss() instanceof Loss.LearnedGaussianLikelihood
        ? new Loss.GaussianLikelihood(Architecture.sigma(parameters[parameters.length - 1]))
        : data.loss();
  }

  private ModelProto model() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(backbone == null ? FORMAT : Math.max(FORMAT, backbone.format()))
            .setProducerName(PRODUCER)
            .setProducerVersion(Build.here().version())
            .setDomain("ai.narrows")
            .setModelVersion(1)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(graph.opset()))
            .setGraph(graph.build(settings.kind(), properties.get("narrows.input")));
    properties.forEach(
        (name, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(name).setValue(value)));
    return model.build();
  }
}
