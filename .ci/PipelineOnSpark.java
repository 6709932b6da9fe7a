import ai.narrows.ml.Autoencoder;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** For .ci/matrix: makes, saves and loads a pipeline with an autoencoder, and says what it scores. */
public final class PipelineOnSpark {
  private PipelineOnSpark() {}

  /**
   * Runs it.
   *
   * @param args make or load, the folder of the pipeline, the images
   */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().appName("pipeline").getOrCreate();
    Dataset<Row> images = spark.read().format("idx").load(args[2]);
    if (args[0].equals("make")) {
      Autoencoder autoencoder =
          new Autoencoder()
              .setHidden(new int[] {16})
              .setLatentDim(4)
              .setEpochs(2)
              .setWorkers(2)
              .setSeed(7);
      new Pipeline()
          .setStages(new PipelineStage[] {autoencoder})
          .fit(images.where("index < 300"))
          .write()
          .overwrite()
          .save(args[1]);
    }
    List<Row> scores =
        PipelineModel.load(args[1])
            .transform(images.where("index >= 300 AND index < 400"))
            .select("index", "anomalyScore")
            .collectAsList();
    System.out.println(
        "scores "
            + Integer.toHexString(
                scores.stream()
                    .sorted(Comparator.comparing((Row row) -> row.getAs("index").toString()))
                    .map(row -> row.getAs("index") + " " + row.getDouble(1))
                    .toList()
                    .hashCode()));
    spark.stop();
  }
}
