import ai.narrows.ml.Autoencoder;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How the cost grows with the images (1, 4 and 16 times 60,000), with the parameters (1, 8 and 64 times 220,000) and with the
 * shards (2, 8, 32 and 128 at ten steps per round), two tasks at a time.
 *
 * <p>Arguments: PARQUET_DIR of at least 960,000 images of 28x28.
 */
public final class Growth {
  private static final int BATCH = 128;

  private final Dataset<Row> images;
  private final AtomicLong taskNanos = new AtomicLong();

  private Growth(SparkSession spark, String dir) {
    images = spark.read().parquet(dir).select("id", "image");
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                taskNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(end.taskMetrics().executorRunTime()));
              }
            });
  }

  public static void main(String[] args) throws IOException {
    try (SparkSession spark =
        SparkSession.builder().appName("growth").config("spark.ui.enabled", "false").getOrCreate()) {
      Growth growth = new Growth(spark, args[0]);
      growth.train(60_000, 2, 50, 8, 128, 64, 12); // warm-up
      List<Result> rows = new ArrayList<>();
      for (int times : new int[] {1, 4, 16}) {
        rows.add(growth.train(60_000 * times, 2, 50, times == 1 ? 8 : 3, 128, 64, 12).with("series", "images").with("times", times));
      }
      rows.add(growth.train(30_000, 2, 50, 6, 128, 64, 12).with("series", "parameters").with("times", 1));
      rows.add(growth.train(30_000, 2, 50, 3, 1024, 64, 12).with("series", "parameters").with("times", 8));
      rows.add(growth.train(30_000, 2, 50, 3, 4096, 928, 12).with("series", "parameters").with("times", 64));
      for (int shards : new int[] {2, 8, 32, 128}) {
        int steps = 10;
        int rounds = Math.max(1, 32 / shards);
        rows.add(
            growth.train(shards * steps * rounds * BATCH, shards, steps, 10, 128, 64, 12).with("series", "shards").with("times", shards / 2));
      }
      new Result().with("rows", rows.stream().map(Result::values).toList()).print();
    }
  }

  /** A training and what its epochs cost, the first left out. */
  private Result train(int rows, int workers, int averagingFrequency, int epochs, int... hidden) {
    long begin = System.nanoTime();
    Epochs reports = new Epochs(begin);
    var model =
        new Autoencoder()
            .setHidden(hidden)
            .setNumWorkers(workers)
            .setCalibrationFraction(0)
            .setBatchSize(BATCH)
            .setAveragingFrequency(averagingFrequency)
            .setEpochs(epochs)
            .setListener(reports)
            .fit(images.limit(rows));
    List<EpochReport> timed = reports.reports.subList(1, epochs);
    int stepsPerEpoch = (rows / workers + BATCH - 1) / BATCH;
    int rounds = (stepsPerEpoch + averagingFrequency - 1) / averagingFrequency;
    double seconds = timed.stream().mapToDouble(EpochReport::seconds).sum() / timed.size();
    double taskSeconds = (reports.taskNanosAtEnd - reports.taskNanosAfterFirst) / 1e9 / timed.size();
    return new Result()
        .with("images", rows)
        .with("parameters", model.parameters().length)
        .with("shards", workers)
        .with("rounds", rounds)
        .with("epochSeconds", seconds)
        .with("microsecondsPerImage", 1e6 * seconds / rows)
        .with("nanosecondsPerImageAndParameter", 1e9 * seconds / rows / model.parameters().length)
        .with("communication", timed.stream().mapToDouble(EpochReport::communicationShare).average().orElseThrow())
        .with("outsideTasksMillisecondsPerShardAndRound", 1000 * (2 * seconds - taskSeconds) / rounds / workers)
        .with("secondsToFirstEpochsEnd", reports.firstEpochSeconds);
  }

  private final class Epochs implements TrainingListener {
    private final long begin;
    private final List<EpochReport> reports = new ArrayList<>();
    private double firstEpochSeconds;
    private long taskNanosAfterFirst;
    private long taskNanosAtEnd;

    Epochs(long begin) {
      this.begin = begin;
    }

    @Override
    public void epochFinished(EpochReport report, int epochs) {
      if (reports.isEmpty()) {
        firstEpochSeconds = (System.nanoTime() - begin) / 1e9;
        taskNanosAfterFirst = taskNanos.get();
      }
      reports.add(report);
      taskNanosAtEnd = taskNanos.get();
    }
  }
}
