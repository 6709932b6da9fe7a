package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.images.RowIds;
import ai.narrows.nn.kernels.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Points of the latent space to decode: drawn from the prior, or between two images. */
final class Latents {
  private static final StructType ID = new StructType().add("id", DataTypes.StringType, false);

  private Latents() {}

  /**
   * Standard normal draws: {@code id} (string, from 0) and the latents.
   *
   * @param n number of rows, at least 1
   * @param k width of the latent
   * @param latentCol name of the latents' column
   */
  static Dataset<Row> prior(int n, int k, long seed, String latentCol) {
    if (n < 1) {
      throw new IllegalArgumentException("the number of images must be at least 1, but is " + n);
    }
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.GENERATION, 0, 0, 0);
    float[] draws = new float[Math.multiplyExact(n, k)]; // [n, k]
    random.fillGaussian(draws, draws.length);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] latent = new double[k];
      for (int j = 0; j < k; j++) {
        latent[j] = draws[i * k + j];
      }
      rows.add(RowFactory.create(Integer.toString(i), Vectors.dense(latent)));
    }
    return table(rows, ID.add(latentCol, SQLDataTypes.VectorType(), false));
  }

  /** Evenly spaced points on a line: {@code id}, {@code position} (0 to 1) and the latents. */
  static Dataset<Row> between(Vector from, Vector to, int steps, String latentCol) {
    if (steps < 2) {
      throw new IllegalArgumentException(
          "an interpolation must have at least 2 steps, its ends, but has " + steps);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double position = (double) i / (steps - 1);
      double[] latent = new double[from.size()];
      for (int j = 0; j < latent.length; j++) {
        latent[j] = (1 - position) * from.apply(j) + position * to.apply(j);
      }
      rows.add(RowFactory.create(Integer.toString(i), position, Vectors.dense(latent)));
    }
    return table(
        rows,
        ID.add("position", DataTypes.DoubleType, false)
            .add(latentCol, SQLDataTypes.VectorType(), false));
  }

  private static Dataset<Row> table(List<Row> rows, StructType schema) {
    return SparkSession.active().createDataFrame(rows, schema);
  }

  /**
   * The latents of the images with these ids, in this order.
   *
   * @param encoder a model whose only output is the latent; its columns are named anew
   */
  static Vector[] of(FittedAutoencoder<?> encoder, Dataset<?> images, String... ids) {
    String idCol = encoder.getIdCol();
    ColumnNames names = ColumnNames.of(images);
    if (names.path(idCol).isEmpty()) {
      throw new InputException(
          "there is no column '" + idCol + "' to find images by; the columns are " + names);
    }
    Dataset<Row> named =
        images.select(
            RowIds.text(images, idCol).as("id"), names.column(encoder.getImageCol()).as("image"));
    encoder.setIdCol("id");
    encoder.setImageCol("image");
    encoder.setLatentCol("latent");
    Dataset<Row> encoded = encoder.transform(named.where(col("id").isin((Object[]) ids)));
    List<Row> rows =
        Described.get(
            images.sparkSession().sparkContext(),
            "encoding the images to interpolate",
            () -> encoded.takeAsList(ids.length + 1));
    Vector[] latents = new Vector[ids.length];
    for (int i = 0; i < ids.length; i++) {
      for (Row row : rows) {
        if (row.getAs("id").equals(ids[i])) {
          if (latents[i] != null) {
            throw new InputException("several images have the id '" + ids[i] + "'");
          }
          latents[i] = row.getAs("latent");
        }
      }
      if (latents[i] == null) {
        String examples =
            Described.get(
                images.sparkSession().sparkContext(),
                "looking at the ids",
                () -> RowIds.examples(named, "id"));
        throw new InputException("no image has the id '" + ids[i] + "'; " + examples);
      }
    }
    return latents;
  }
}
