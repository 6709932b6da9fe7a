package ai.narrows.images.features;

import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import java.io.Serializable;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/**
 * A backbone with its file, as a model holds it.
 *
 * @param spec what it is, with the scale of its features where that is known
 * @param file the ONNX file; empty where there is none. Never changed
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never changed, never compared
public record LoadedBackbone(BackboneSpec spec, byte[] file) implements Serializable {

  /** Networks see pixels. */
  public static final LoadedBackbone NONE = new LoadedBackbone(BackboneSpec.NONE, new byte[0]);

  /**
   * @throws InputException if the file is another than was described
   */
  public LoadedBackbone {
    boolean needed = spec.hasFile();
    if (needed != (file.length > 0)
        || (needed && !DigestUtils.sha256Hex(file).equals(spec.sha256()))) {
      throw new InputException("the backbone's file is not the one that was described");
    }
  }

  /** Whether there is one. */
  public boolean any() {
    return spec.any();
  }

  /** The same with the scale that training images have given. */
  public LoadedBackbone with(BackboneSpec scaled) {
    return new LoadedBackbone(scaled, file);
  }

  /** What images are resized and converted to for it. */
  public Preprocessing preprocessing() {
    return new Preprocessing(spec.size(), spec.size(), 3);
  }

  /** What tasks extract features with; the file goes to each executor once. */
  public Features features(SparkContext context) {
    Broadcast<byte[]> shared =
        spec.builtIn()
            ? null
            : context.broadcast(file, ClassTag$.MODULE$.<byte[]>apply(byte[].class));
    return new Features(spec, shared);
  }
}
