package ai.narrows.ml;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;

/** An ONNX file in ONNX Runtime, and what its last run gave. */
final class OnnxRun implements AutoCloseable {
  private static final int DATA = 5; // of Spark's image struct

  private final OrtSession session;
  private final Map<String, float[]> outputs = new HashMap<>(); // [n, values of an image]
  private int images;

  private OnnxRun(OrtSession session) {
    this.session = session;
  }

  static OnnxRun of(byte[] file) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      return new OnnxRun(OrtEnvironment.getEnvironment().createSession(file, options));
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** The input's own shape; -1 where it is open. */
  private TensorInfo input() throws OrtException {
    return (TensorInfo) session.getInputInfo().values().iterator().next().getInfo();
  }

  /** How many images it may be given at once. */
  int batch() {
    try {
      return input().getShape()[0] == 1 ? 1 : 37;
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs Spark's images, as bytes or as floats in [0, 1]. */
  void run(List<Row> rows) {
    try {
      int size = rows.get(0).<byte[]>getAs(DATA).length;
      ByteBuffer bytes = ByteBuffer.allocateDirect(rows.size() * size);
      rows.forEach(row -> bytes.put(row.<byte[]>getAs(DATA)));
      bytes.flip();
      long[] shape = input().getShape();
      shape[0] = rows.size();
      if (input().type == OnnxJavaType.UINT8) {
        run(
            "image",
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), bytes, shape, OnnxJavaType.UINT8));
      } else {
        float[] units = new float[bytes.capacity()];
        for (int i = 0; i < units.length; i++) {
          units[i] = (bytes.get(i) & 255) / 255f;
        }
        run(
            "image",
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(units), shape));
      }
      images = rows.size();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs latents. */
  void run(float[] latents, int width) {
    try {
      images = latents.length / width;
      run(
          "latent",
          OnnxTensor.createTensor(
              OrtEnvironment.getEnvironment(),
              FloatBuffer.wrap(latents),
              new long[] {images, width}));
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  private void run(String name, OnnxTensor input) throws OrtException {
    try (input;
        OrtSession.Result result = session.run(Map.of(name, input))) {
      for (Map.Entry<String, ?> each : result) {
        FloatBuffer values = ((OnnxTensor) each.getValue()).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        outputs.put(each.getKey(), copy);
      }
    }
  }

  /** Names of the outputs. */
  Set<String> outputs() {
    return session.getOutputNames();
  }

  /** What is written in the file. */
  Map<String, String> properties() {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** An output of one image of the last run. */
  float[] value(String output, int image) {
    float[] all = outputs.get(output);
    int size = all.length / images;
    float[] own = new float[size];
    System.arraycopy(all, image * size, own, 0, size);
    return own;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
