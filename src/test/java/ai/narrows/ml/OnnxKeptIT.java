package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.onnx.OnnxOptions;
import ai.narrows.nn.score.ScoreMethod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kept models of each kind are exported and score as in Spark; so do the files that an earlier
 * version has made of them, {@code src/test/resources/onnx}. Run with {@code
 * -Dnarrows.writeOnnx=true} to make these anew.
 */
class OnnxKeptIT extends SparkFixture {
  private static final Path KEPT = Path.of("src/test/resources/onnx");
  private static final double NEAR = 1e-5;

  @TempDir Path folder;

  @Test
  void anAutoencoder() throws Exception {
    assertExported("autoencoder", new ImageShape(4, 5, 1), OnnxOptions.DEFAULT);
  }

  @Test
  void aVariationalAutoencoder() throws Exception {
    assertExported(
        "variationalAutoencoder",
        new ImageShape(4, 5, 1),
        OnnxOptions.DEFAULT.withLatentVariance(true));
  }

  @Test
  void aConvolutionalOne() throws Exception {
    assertExported(
        "convolutional", new ImageShape(4, 5, 3), OnnxOptions.DEFAULT.withReconstruction(true));
  }

  @Test
  void aModelOfPatches() throws Exception {
    assertExported(
        "patches",
        new ImageShape(5, 7, 1),
        OnnxOptions.DEFAULT.withImageSize(5, 7).withErrorMap(true));
  }

  private void assertExported(String name, ImageShape shape, OnnxOptions options) throws Exception {
    FittedAutoencoder<?> model = SavedModel.copyOf(name, folder.resolve(name)).load();
    Path kept = KEPT.resolve(name + ".onnx");
    if (Boolean.getBoolean("narrows.writeOnnx")) {
      Files.createDirectories(KEPT);
      Files.write(kept, model.toOnnx(options));
    }
    try (InputStream file = Files.newInputStream(kept)) {
      assertScores(model, shape, file.readAllBytes());
    }
    model.setPredictionCol("");
    for (ScoreMethod method : ScoreMethod.values()) {
      if (!method.likelihood() || model.architecture().variational()) {
        model.setScoreMethod(method.label());
        assertScores(model, shape, model.toOnnx(options));
      }
    }
  }

  /** Of greys from 0 on, in even steps to almost 1. */
  private void assertScores(FittedAutoencoder<?> model, ImageShape shape, byte[] file)
      throws IOException {
    float[] greys = new float[shape.size()];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = i / (float) greys.length;
    }
    Row image = ImageRows.toImage(null, shape, greys, 0);
    StructType schema = new StructType().add("image", ImageRows.schema());
    Row row =
        model.transform(spark.createDataFrame(List.of(RowFactory.create(image)), schema)).first();
    double score = row.getAs(model.getAnomalyScoreCol());
    double share = ScoreMethod.of(model.getScoreMethod()).rounding(score);
    try (OnnxRun run = OnnxRun.of(file)) {
      run.run(List.of(image));
      assertThat((double) run.value("anomalyScore", 0)[0])
          .as(model.getScoreMethod())
          .isCloseTo(score, within(Math.max(share, NEAR * Math.abs(score))));
      if (!model.getPredictionCol().isEmpty()) {
        assertThat((double) run.value("prediction", 0)[0])
            .isEqualTo(row.<Double>getAs(model.getPredictionCol()));
      }
    }
  }
}
