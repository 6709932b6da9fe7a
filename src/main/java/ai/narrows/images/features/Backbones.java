package ai.narrows.images.features;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.message.Message;
import ai.narrows.nn.layers.Standardization;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The backbones of this JVM: each is loaded once and stays loaded. */
public final class Backbones {
  /** Larger files are refused before they are read. */
  public static final long MOST_BYTES = 512L << 20;

  /** Side of the images that the filters are given where nobody has said another. */
  private static final int FILTERS_SIZE = 224;

  /** Pixels along a side of the image for a position of the grid, where nobody has said it. */
  private static final int PIXELS_PER_POSITION = 8;

  private static final Map<BackboneSpec, Backbone> OPEN = new ConcurrentHashMap<>();

  private Backbones() {}

  /**
   * What is asked of a backbone.
   *
   * @param outputs names of outputs; none for all that are grids
   * @param size side of its images in pixels; 0 as the file has it
   * @param grid side of the grid of features; 0 for an eighth of the size
   * @param mean of each color channel, red first
   * @param deviation of each color channel
   */
  public record Asked(
      List<String> outputs, int size, int grid, List<Double> mean, List<Double> deviation) {
    public Asked {
      outputs = List.copyOf(outputs);
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }

    int gridFor(int side) {
      return grid > 0 ? grid : Math.max(1, side / PIXELS_PER_POSITION);
    }
  }

  /**
   * Reads an ONNX file.
   *
   * @throws InputException if there is none, or it is too large
   */
  public static byte[] read(String file, Configuration hadoop) {
    try {
      Path path = new Path(file);
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus status = files.getFileStatus(path);
      if (status.isDirectory()) {
        throw refused(file, "is a directory, but must be an ONNX file");
      }
      if (status.getLen() > MOST_BYTES) {
        throw refused(
            file,
            String.format(
                Locale.ROOT,
                "has %d bytes, but may have %d; take a smaller backbone",
                status.getLen(),
                MOST_BYTES));
      }
      byte[] bytes = new byte[(int) status.getLen()];
      try (InputStream in = files.open(path)) {
        if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
          throw refused(file, "has become shorter while it was read");
        }
      }
      return bytes;
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          Message.of("%s cannot be read: %s", Message.param("backbone", file), e.getMessage()), e);
    }
  }

  private static InputException refused(String file, String why) {
    return new InputException(Message.of("%s %s", Message.param("backbone", file), why));
  }

  /**
   * What an ONNX file is: it is loaded, and run on one image.
   *
   * @param name for messages, and for the model to remember
   * @throws InputException if it cannot be used as a backbone
   */
  public static BackboneSpec describe(String name, byte[] file, Asked asked) {
    OnnxBackbone.Found found = OnnxBackbone.find(name, file, asked);
    return new BackboneSpec(
        name,
        DigestUtils.sha256Hex(file),
        found.outputs(),
        found.size(),
        asked.gridFor(found.size()),
        asked.mean(),
        asked.deviation(),
        found.channels(),
        Standardization.NONE);
  }

  /** The filters that are built in. */
  public static BackboneSpec filters(Asked asked) {
    int size = asked.size() > 0 ? asked.size() : FILTERS_SIZE;
    return new BackboneSpec(
        BackboneSpec.FILTERS,
        "",
        List.of(),
        size,
        asked.gridFor(size),
        asked.mean(),
        asked.deviation(),
        FilterBank.CHANNELS,
        Standardization.NONE);
  }

  /**
   * The maps of features that an ONNX file gives for one image, before they are brought to the
   * grid.
   *
   * @param spec of a backbone that is not built in
   * @return their shapes, in the order of the outputs
   * @throws InputException if the file is another than was described
   */
  public static List<ImageShape> maps(BackboneSpec spec, byte[] file) {
    return ((OnnxBackbone) open(spec, file)).maps();
  }

  /**
   * A backbone, loaded.
   *
   * @param file the ONNX file, null for the filters
   * @throws InputException if the file is another than was described
   */
  static Backbone open(BackboneSpec spec, byte[] file) {
    return OPEN.computeIfAbsent(
        spec.with(Standardization.NONE),
        wanted -> wanted.builtIn() ? new FilterBank(wanted) : new OnnxBackbone(wanted, file));
  }
}
