package io.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.narrows.SparkFixture;
import io.narrows.images.ImageRows;
import io.narrows.images.ImageShape;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Both kinds of models as generators: latents to images, and images to images. */
class DecodingIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 5, 3);

  private Dataset<Row> images;
  private List<AutoencoderModelBase<?>> models;

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
    for (AutoencoderModelBase<?> model : models) {
      Dataset<Row> rebuilt =
          model
              .copy(new org.apache.spark.ml.param.ParamMap())
              .setReconstructionCol("rebuilt")
              .transform(images);
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
  void interpolatesBetweenTwoImages() {
    for (AutoencoderModelBase<?> model : models) {
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

  private Vector latent(AutoencoderModelBase<?> model, String id) {
    return model.transform(images.where("id = '" + id + "'")).first().getAs("latent");
  }

  @Test
  void whatCannotBeDecodedIsRefused() {
    AutoencoderModelBase<?> model = models.get(0);
    assertRefused(
        () -> model.interpolate(images, "picture 3", "picture 500", 5),
        "no image has the id 'picture 500'");
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
        "the output column 'image' is in the input already");
    assertRefused(
        () -> model.decodeLatents(images.drop("image")),
        "there is no column 'latent'; the columns are id, label");
    assertRefused(
        () -> model.decodeLatents(images.withColumnRenamed("image", "latent")),
        "column 'latent' must hold latents, vectors or arrays of numbers, but is of type"
            + " struct<origin:string,height:int,width:int,nChannels:int,mode:int,data:binary>");
  }
}
