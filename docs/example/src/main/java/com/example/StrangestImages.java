package com.example;

import static org.apache.spark.sql.functions.col;

import ai.narrows.ml.Autoencoder;
import java.io.IOException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Finds the images in a folder that look least like all the others, and sorts the images into kinds.
 * Writes the fitted pipeline and a table of scores.
 */
public final class StrangestImages {
  private static final int KINDS = 4;
  private static final int SHOWN = 10;

  private StrangestImages() {}

  /** Takes the folder with the images and the folder to write to. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: StrangestImages IMAGES OUTPUT");
      System.exit(2);
    }
    try (SparkSession spark = SparkSession.builder().appName("strangest-images").getOrCreate()) {
      run(spark, args[0], args[1]);
    }
  }

  private static void run(SparkSession spark, String images, String output) throws IOException {
    Dataset<Row> photos = spark.read().format("imagefolder").load(images);

    Autoencoder autoencoder =
        new Autoencoder()
            .setHeight(32)
            .setWidth(32)
            .setChannels(1)
            .setHidden(256, 64)
            .setLatentDim(8)
            .setEpochs(40)
            .setBatchSize(32)
            .setContamination(0.02)
            .setCalibrationFraction(0) // no other images are to come: these are judged themselves
            .setSeed(1);
    KMeans kinds =
        new KMeans().setFeaturesCol("latent").setPredictionCol("kind").setK(KINDS).setSeed(1);
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {autoencoder, kinds}).fit(photos);
    model.write().overwrite().save(output + "/model");

    model
        .transform(photos)
        .select("id", "kind", "anomalyScore", "prediction")
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(output + "/scores");

    Dataset<Row> scores = spark.read().parquet(output + "/scores");
    System.out.printf(
        "%,d images, %,d of them strange. The strangest:%n",
        scores.count(), scores.where("prediction = 1.0").count());
    for (Row row : scores.orderBy(col("anomalyScore").desc()).limit(SHOWN).collectAsList()) {
      System.out.printf("%10.6f  %s%n", row.<Double>getAs("anomalyScore"), row.<String>getAs("id"));
    }
  }
}
