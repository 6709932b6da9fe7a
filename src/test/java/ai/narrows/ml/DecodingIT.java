package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Both kinds of models as generators: latents to images, and images to images. */
class DecodingIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 5, 3);

  private Dataset<Row> images;
  private List<FittedAutoencoder<?>> models;

  @BeforeAll
  void train() {
    images = Pictures.halves(spark, 100, SHAPE);
    models =
        List.of(
            new Autoencoder()
                .setHidden(8)
                .setEpochs(3)
                .setNumWorkers(2)
                .setBatchSize(16)
                .fit(images),
            new VariationalAutoencoder()
                .setHidden(8)
                .setLatentDim(3)
                .setEpochs(3)
                .setNumWorkers(2)
                .setBatchSize(16)
                .fit(images));
  }

  private static void assertShows(Row image, float[] pixels) {
    assertThat(image.schema()).isEqualTo(ImageRows.schema());
    byte[] data = image.getAs("data");
    assertThat(data).hasSize(pixels.length);
    for (int i = 0; i < data.length; i++) {
      assertThat((data[i] & 0xff) / 255f).isCloseTo(pixels[i], within(0.51f / 255));
    }
  }

  @Test
  void reconstructionIsTheDecodedLatent() {
    for (FittedAutoencoder<?> model : models) {
      Dataset<Row> rebuilt =
          model.copy(new ParamMap()).setReconstructionCol("rebuilt").transform(images);
      assertThat(rebuilt.columns()).endsWith("latent", "rebuilt");
      for (Row row : rebuilt.limit(10).collectAsList()) {
        Vector latent = row.getAs("latent");
        assertShows(row.getAs("rebuilt"), model.decode(latent));
      }
      Dataset<Row> decoded = model.decodeLatents(rebuilt.select("id", "latent", "rebuilt"));
      assertThat(decoded.columns()).containsExactly("id", "latent", "rebuilt", "image");
      assertThat(decoded.where("image.data <> rebuilt.data").count()).isZero();
      assertThat(model.transform(decoded.drop("latent", "rebuilt")).count()).isEqualTo(100);
    }
  }

  @Test
  void errorMapsAreTheRootMeanSquaresOfPixels() {
    for (FittedAutoencoder<?> model : models) {
      Dataset<Row> mapped = model.copy(new ParamMap()).setErrorMapCol("errors").transform(images);
      assertThat(mapped.columns()).endsWith("latent", "errors");
      for (Row row : mapped.limit(10).collectAsList()) {
        byte[] data = row.<Row>getAs("image").getAs("data");
        float[] rebuilt = model.decode(row.getAs("latent"));
        float[] expected = new float[SHAPE.height() * SHAPE.width()];
        double all = 0;
        for (int i = 0; i < expected.length; i++) {
          double squares = 0;
          for (int c = 0; c < 3; c++) {
            double difference = (data[3 * i + c] & 0xff) / 255.0 - rebuilt[3 * i + c];
            squares += difference * difference;
          }
          expected[i] = (float) Math.sqrt(squares / 3);
          all += squares / 3 / expected.length;
        }
        Row map = row.getAs("errors");
        assertThat(map.getInt(1)).isEqualTo(4);
        assertThat(map.getInt(2)).isEqualTo(5);
        assertThat(map.getInt(3)).isEqualTo(1);
        assertShows(map, expected);
        assertThat(row.<Double>getAs("reconstructionError")).isCloseTo(all, within(1e-6));
      }
      // The same of values that are no bytes, without scores, and beside the reconstruction.
      Dataset<Row> vectors = model.transform(images).selectExpr("id", "image.data AS bytes");
      Dataset<Row> floats =
          vectors.selectExpr(
              "id",
              "transform(sequence(1, length(bytes)), i -> CAST(conv(hex(substring(bytes, i, 1)), 16, 10)"
                  + " AS DOUBLE) / 255) AS image");
      Dataset<Row> both =
          model
              .copy(new ParamMap())
              .setErrorMapCol("errors")
              .setReconstructionCol("rebuilt")
              .setReconstructionErrorCol("")
              .setAnomalyScoreCol("")
              .setPredictionCol("")
              .transform(floats);
      assertThat(both.columns()).containsExactly("id", "image", "latent", "rebuilt", "errors");
      Dataset<Row> expected = mapped.selectExpr("id", "errors.data AS expected");
      List<Row> pairs =
          both.join(expected, "id").selectExpr("errors.data", "expected").collectAsList();
      assertThat(pairs).hasSize(100);
      for (Row pair : pairs) {
        byte[] found = pair.getAs(0);
        byte[] wanted = pair.getAs(1);
        for (int i = 0; i < wanted.length; i++) { // rounded from almost the same
          assertThat((found[i] & 0xff) - (wanted[i] & 0xff)).isBetween(-1, 1);
        }
      }
    }
  }

  @Test
  void interpolatesBetweenTwoImages() {
    for (FittedAutoencoder<?> model : models) {
      Dataset<Row> path = model.interpolate(images, "picture 3", "picture 50", 5);
      assertThat(path.columns()).containsExactly("id", "position", "latent", "image");
      List<Row> steps = path.collectAsList();
      assertThat(steps)
          .extracting(row -> row.<Double>getAs("position"))
          .containsExactly(0.0, 0.25, 0.5, 0.75, 1.0);
      Vector from = latent(model, "picture 3");
      Vector to = latent(model, "picture 50");
      Vector quarter = steps.get(1).getAs("latent");
      for (int j = 0; j < quarter.size(); j++) {
        assertThat(quarter.apply(j))
            .isCloseTo(0.75 * from.apply(j) + 0.25 * to.apply(j), within(1e-6));
      }
      assertShows(steps.get(0).getAs("image"), model.decode(from));
      assertShows(steps.get(4).getAs("image"), model.decode(to));
      assertThat(model.interpolate(from, to, 5).collectAsList()).hasSize(5);
    }
  }

  private Vector latent(FittedAutoencoder<?> model, String id) {
    return model.transform(images.where("id = '" + id + "'")).first().getAs("latent");
  }

  @Test
  void whatCannotBeDecodedIsRefused() {
    FittedAutoencoder<?> model = models.get(0);
    assertRefused(
        () -> model.interpolate(images, "picture 3", "picture 500", 5),
        "no image has the id 'picture 500'; ids are 'picture 0', 'picture 1', 'picture 10', 'picture 11', 'picture 12' and others");
    assertRefused(
        () -> model.interpolate(images.union(images), "picture 3", "picture 4", 5),
        "several images have the id 'picture 3'");
    assertRefused(
        () -> model.interpolate(images.drop("id"), "picture 3", "picture 4", 5),
        "there is no column 'id' to find images by; the columns are label, image");
    Vector short2 = Vectors.dense(1, 2);
    assertRefused(() -> model.decode(short2), "the latent must have 3 values, but has 2");
    assertRefused(
        () -> model.interpolate(short2, short2, 5), "the latent must have 3 values, but has 2");
    Vector point = Vectors.dense(1, 2, 3);
    assertThatThrownBy(() -> model.interpolate(point, point, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an interpolation must have at least 2 steps, its ends, but has 1");
    assertRefused(
        () -> model.decodeLatents(model.transform(images)),
        "the output column 'image' is in the input already: set imageCol to another name, or rename or drop the input's column");
    assertRefused(
        () -> model.decodeLatents(images.drop("image")),
        "there is no column 'latent'; the columns are id, label");
    assertRefused(
        () -> model.decodeLatents(images.withColumnRenamed("image", "latent")),
        "column 'latent' must hold vectors or arrays of numbers, but is of type"
            + " struct<origin:string,height:int,width:int,nChannels:int,mode:int,data:binary>");
  }
}
