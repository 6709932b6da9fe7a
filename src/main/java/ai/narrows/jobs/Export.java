package ai.narrows.jobs;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.ModelOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.onnx.OnnxOptions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model as an ONNX file. */
@Command(
    name = "jobs/export",
    sortOptions = false,
    header = "Writes a model as an ONNX file, which runs without Spark.",
    description =
        "%nThe file has preprocessing, network, score method and threshold in it. It takes images (uint8, batch x height x"
            + " width x channels) and gives anomalyScore, prediction, reconstructionError and latent.%n")
public final class Export extends Job {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})x([0-9]{1,9})");

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--part",
      order = 2,
      paramLabel = "PART",
      description =
          "What of the model: model, encoder (from images to latents) or decoder (from latents to images) (default:"
              + " model).")
  String part;

  @Option(
      names = "--image-size",
      order = 3,
      paramLabel = "HxW",
      description =
          "Height and width in pixels of the images that the file takes, such as 480x640. The file resizes them as the"
              + " model does, or cuts them into patches (default: the size that the network takes).")
  String imageSize;

  @Option(
      names = "--image-channels",
      order = 4,
      paramLabel = "N",
      description =
          "Channels of these images: 1 (grey), 3 (color) or 4 (color and alpha) (default: those that the network takes).")
  Integer imageChannels;

  @Option(
      names = "--channel-order",
      order = 5,
      paramLabel = "ORDER",
      description =
          "Order of the channels of color images: bgr or rgb (default: bgr, as in Spark).")
  String channelOrder;

  @Option(
      names = "--float-input",
      order = 6,
      description = "Take float32 in [0, 1], or from inputMin to inputMax, in place of uint8.")
  boolean floatInput;

  @Option(
      names = "--with-reconstruction",
      order = 7,
      description = "Also give the reconstruction (batch x height x width x channels, in [0, 1]).")
  boolean withReconstruction;

  @Option(
      names = "--with-error-map",
      order = 8,
      description = "Also give the error map (batch x height x width, in [0, 1]).")
  boolean withErrorMap;

  @Option(
      names = "--with-latent-variance",
      order = 9,
      description = "Also give the variance of a variational autoencoder's latent.")
  boolean withLatentVariance;

  @Option(
      names = "--output",
      order = 40,
      required = true,
      paramLabel = "FILE",
      description = "The ONNX file, which must not exist yet.")
  String output;

  @Option(names = "--overwrite", order = 42, description = "Replace the file where it exists.")
  boolean overwrite;

  @Override
  void check() {
    options();
  }

  private OnnxOptions options() {
    OnnxOptions options =
        OnnxOptions.DEFAULT
            .withFloatInput(floatInput)
            .withReconstruction(withReconstruction)
            .withErrorMap(withErrorMap)
            .withLatentVariance(withLatentVariance);
    if (part != null) {
      options = options.withPart(part);
    }
    if (channelOrder != null) {
      options = options.withChannelOrder(channelOrder);
    }
    if (imageChannels != null) {
      options = options.withImageChannels(imageChannels);
    }
    if (imageSize != null) {
      Matcher size = SIZE.matcher(imageSize);
      if (!size.matches()) {
        throw new InputException(
            "--image-size must be height and width in pixels, such as 480x640, but is '"
                + imageSize
                + "'");
      }
      options =
          options.withImageSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }
    return options;
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    try (Output out =
        Output.open(
            "--output",
            output,
            Written.ONNX,
            overwrite,
            sources(spark).addModel(model.directory),
            progress)) {
      FittedAutoencoder<?> exported = model.load();
      byte[] file = exported.toOnnx(options());
      out.write(file);
      out.commit();
      progress.say(
          "Exported the %s of %s (%,d bytes): %s",
          options().part().label(), exported.uid(), file.length, output);
    }
  }

  static int run(String... args) {
    return new Export().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Export().start(args);
  }
}
