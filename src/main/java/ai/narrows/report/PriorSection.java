package ai.narrows.report;

import ai.narrows.images.ImageShape;
import ai.narrows.ml.VariationalAutoencoderModel;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vectors;

/**
 * What a variational autoencoder makes of its prior: images from draws, and a walk over a plane.
 */
final class PriorSection {
  private static final int GENERATED = 64;
  private static final int GENERATED_IN_A_ROW = 8;
  private static final long SEED = 1;
  private static final int LONGEST = 1600; // pixels of a sheet
  private static final int STEPS = 11;
  private static final double END = 2.5; // standard deviations

  private final VariationalAutoencoderModel model;

  private PriorSection(VariationalAutoencoderModel model) {
    this.model = model;
  }

  static ObjectNode of(VariationalAutoencoderModel model) {
    PriorSection section = new PriorSection(model);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("seed", SEED);
    json.put("count", GENERATED);
    json.put("generated", section.generated());
    List<Integer> plane = section.strongest();
    json.putPOJO("plane", plane);
    json.put("end", END);
    json.put("walk", section.walk(plane));
    return json;
  }

  private String generated() {
    List<byte[]> images =
        model
            .generate(GENERATED, SEED)
            .select(model.getImageCol() + ".data")
            .collectAsList()
            .stream()
            .map(row -> row.<byte[]>getAs(0))
            .toList();
    return DataUri.of(ContactSheet.of(model.imageShape(), images, GENERATED_IN_A_ROW), LONGEST);
  }

  /** The two latents that change the image most on their way from -1 to 1, all others being 0. */
  private List<Integer> strongest() {
    int k = model.latentDim();
    double[] change = new double[k];
    for (int j = 0; j < k; j++) {
      float[] low = decoded(j, -1, j, -1);
      float[] high = decoded(j, 1, j, 1);
      for (int i = 0; i < low.length; i++) {
        change[j] += (high[i] - low[i]) * (high[i] - low[i]);
      }
    }
    return IntStream.range(0, k)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer j) -> -change[j]))
        .limit(2)
        .toList();
  }

  private String walk(List<Integer> plane) {
    ImageShape shape = model.imageShape();
    boolean line = plane.size() == 1;
    List<float[]> images = new ArrayList<>();
    for (int y = 0; y < (line ? 1 : STEPS); y++) {
      for (int x = 0; x < STEPS; x++) {
        int across = plane.get(0);
        images.add(
            line
                ? decoded(across, place(x), across, place(x))
                : decoded(across, place(x), plane.get(1), -place(y)));
      }
    }
    float[] sheet = new float[images.size() * shape.size()];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, sheet, i * shape.size(), shape.size());
    }
    return DataUri.of(ContactSheet.of(shape, sheet, STEPS), LONGEST);
  }

  private static double place(int step) {
    return END * (2.0 * step / (STEPS - 1) - 1);
  }

  private float[] decoded(int one, double valueOfOne, int other, double valueOfOther) {
    double[] latent = new double[model.latentDim()];
    latent[one] = valueOfOne;
    latent[other] = valueOfOther;
    return model.decode(Vectors.dense(latent));
  }
}
