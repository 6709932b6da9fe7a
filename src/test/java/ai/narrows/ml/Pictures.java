package ai.narrows.ml;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small pictures with a structure that a network can learn: {@code id, label, image}. */
final class Pictures {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("label", DataTypes.IntegerType)
          .add("image", ImageRows.schema());

  private Pictures() {}

  /**
   * One half bright by a random level, the other dark by it, some noise; labels 0 and 1 in turn.
   */
  static Dataset<Row> halves(SparkSession spark, int rows, ImageShape shape) {
    RandomStream random = new RandomStream(1, Purpose.GENERATION, shape.size(), 0, 0);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      float[] pixels = new float[shape.size()];
      float level = random.nextFloat();
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = (j < pixels.length / 2 ? level : 1 - level) * 0.8f + 0.2f * random.nextFloat();
      }
      list.add(
          RowFactory.create("picture " + i, i % 2, ImageRows.toImage("memory", shape, pixels, 0)));
    }
    return spark.createDataFrame(list, SCHEMA).repartition(3);
  }

  /**
   * Bars of random brightness, one for each of the picture's columns; a picture of label 1 has its
   * lower half turned around.
   *
   * @param anomalous every how many pictures one has label 1; 0 for none
   */
  static Dataset<Row> bars(SparkSession spark, int rows, ImageShape shape, int anomalous) {
    RandomStream random = new RandomStream(2, Purpose.GENERATION, shape.size(), 0, 0);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      boolean anomaly = anomalous > 0 && i % anomalous == 0;
      float[] bar = new float[shape.width()];
      for (int x = 0; x < bar.length; x++) {
        bar[x] = 0.2f + 0.6f * random.nextFloat();
      }
      float[] pixels = new float[shape.size()];
      for (int j = 0; j < pixels.length; j++) {
        float value = bar[j % shape.width()];
        pixels[j] = anomaly && j >= pixels.length / 2 ? 1 - value : value;
      }
      list.add(
          RowFactory.create(
              "bars " + i, anomaly ? 1 : 0, ImageRows.toImage("memory", shape, pixels, 0)));
    }
    return spark.createDataFrame(list, SCHEMA).repartition(3);
  }
}
