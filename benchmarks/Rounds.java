import ai.narrows.ml.Autoencoder;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a round costs beside its training: the autoencoder of reference (219,891 parameters and as much again twice for Adam) with
 * one minibatch step between averagings. Tells for each epoch the milliseconds per round in which no worker computed.
 *
 * <p>Arguments: IDX_FILE, epochs.
 */
public final class Rounds {
  public static void main(String[] args) throws IOException {
    try (SparkSession spark =
        SparkSession.builder().appName("rounds").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> images = spark.read().format("idx").load(args[0]);
      long rounds = (images.count() + 255) / 256;
      List<Double> overhead = new ArrayList<>();
      new Autoencoder()
          .setNumWorkers(2)
          .setCalibrationFraction(0)
          .setBatchSize(128)
          .setAveragingFrequency(1)
          .setEpochs(Integer.parseInt(args[1]))
          .setListener(
              new TrainingListener() {
                @Override
                public void epochFinished(EpochReport report, int epochs) {
                  overhead.add(1000 * report.seconds() * report.communicationShare() / rounds);
                }
              })
          .fit(images);
      new Result().with("milliseconds", overhead).print();
    }
  }
}
