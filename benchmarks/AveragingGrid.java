import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.VariationalAutoencoder;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.train.BlockEvaluation;
import ai.narrows.train.PixelBlock;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Test losses of the networks of reference on Fashion-MNIST over a grid of workers and ways of averaging, as Markdown tables.
 *
 * <p>Arguments: options with their lists, as {@code benchmarks/averaging} has them.
 */
public final class AveragingGrid {
  private final Map<String, String> options = new LinkedHashMap<>();
  private Dataset<Row> train;
  private PixelBlock test;

  /** One setting of the grid. */
  private record Setting(int workers, int frequency, double momentum, String state, String scaling, double synchronous) {}

  private AveragingGrid(String[] args) {
    options.put("--data", "/usr/share/datasets/fashion-mnist");
    options.put("--networks", "ae,vae");
    options.put("--workers", "1,2,4,8,16");
    options.put("--frequencies", "0,10");
    options.put("--momenta", "0,0.5");
    options.put("--states", "average,reset");
    options.put("--scalings", "none,sqrt");
    options.put("--synchronous-epochs", "0");
    options.put("--batch", "128");
    options.put("--epochs", "10");
    options.put("--seeds", "1");
    for (int i = 0; i < args.length; i += 2) {
      if (!options.containsKey(args[i]) || i + 1 == args.length) {
        System.err.println("averaging: no option " + args[i] + " with a value; there are " + String.join(" ", options.keySet()));
        System.exit(2);
      }
      options.put(args[i], args[i + 1]);
    }
  }

  public static void main(String[] args) throws IOException {
    AveragingGrid grid = new AveragingGrid(args);
    try (SparkSession spark =
        SparkSession.builder().appName("averaging").config("spark.ui.enabled", "false").getOrCreate()) {
      grid.run(spark);
    }
  }

  private void run(SparkSession spark) throws IOException {
    train = spark.read().format("idx").load(options.get("--data") + "/train-images-idx3-ubyte.gz");
    test = test(options.get("--data") + "/t10k-images-idx3-ubyte.gz");
    for (String network : list("--networks")) {
      System.out.printf(
          "%n%s, batch %s per worker, %s epochs, mean over seeds %s:%n%n", network, options.get("--batch"), options.get("--epochs"), options.get("--seeds"));
      System.out.println("| workers | averaging every | outer momentum | state | step size x | synchronous epochs | test loss | against the first | s |");
      System.out.println("|---|---|---|---|---|---|---|---|---|");
      double first = Double.NaN;
      for (String workers : list("--workers")) {
        for (Setting setting : settings(Integer.parseInt(workers))) {
          double loss = row(network, setting, first);
          first = Double.isNaN(first) ? loss : first;
        }
      }
    }
  }

  private List<String> list(String option) {
    return List.of(options.get(option).split(","));
  }

  /** One worker has nothing to average. */
  private List<Setting> settings(int workers) {
    return workers == 1
        ? List.of(new Setting(1, 0, 0, "average", "none", 0))
        : list("--frequencies").stream()
            .flatMap(f -> list("--momenta").stream()
                .flatMap(m -> list("--states").stream()
                    .flatMap(st -> list("--scalings").stream()
                        .flatMap(sc -> list("--synchronous-epochs").stream()
                            .map(sy -> new Setting(workers, Integer.parseInt(f), Double.parseDouble(m), st, sc, Double.parseDouble(sy)))))))
            .toList();
  }

  private double row(String network, Setting setting, double first) {
    long begin = System.nanoTime();
    double sum = 0;
    FittedAutoencoder<?> model = null;
    for (String seed : list("--seeds")) {
      boolean vae = network.equals("vae");
      AutoencoderEstimator<?, ?> estimator = vae ? new VariationalAutoencoder() : new Autoencoder();
      estimator
          .setNumWorkers(setting.workers)
          .setBatchSize(Integer.parseInt(options.get("--batch")))
          .setEpochs(Integer.parseInt(options.get("--epochs")))
          .setCalibrationFraction(0)
          .setSeed(Long.parseLong(seed));
      estimator.setAveragingFrequency(setting.frequency);
      estimator.setOuterMomentum(setting.momentum);
      estimator.setUpdaterState(setting.state);
      estimator.setStepSizeScaling(setting.scaling);
      estimator.setSynchronousEpochs(setting.synchronous);
      model = estimator.fit(train);
      sum += testLoss(model, vae ? new Loss.BinaryCrossEntropy() : new Loss.MeanSquaredError());
    }
    double loss = sum / list("--seeds").size();
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %s | %s | %s | %s | %.5g | %s | %.0f |%n",
        setting.workers,
        model.summary().averagingFrequency(),
        model.summary().outerMomentum(),
        setting.state,
        setting.scaling,
        setting.synchronous,
        loss,
        Double.isNaN(first) ? "" : String.format(Locale.ROOT, "%.4f", loss / first),
        (System.nanoTime() - begin) / 1e9);
    System.out.flush();
    return loss;
  }

  /** A VAE's with one fixed noise draw per image and beta 1. */
  private double testLoss(FittedAutoencoder<?> model, Loss loss) {
    Architecture architecture = model.architecture();
    try (Network network = Network.forInference(architecture, Kernels.cpu(), architecture.inferenceRows())) {
      network.setParameters(model.parameters());
      return new BlockEvaluation(network, loss, 1).lossSum(test) / test.rows();
    }
  }

  private static PixelBlock test(String file) throws IOException {
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(new FileInputStream(file)))) {
      in.readInt();
      int rows = in.readInt();
      int width = in.readInt() * in.readInt();
      return PixelBlock.ofBytes(0, rows, width, in.readNBytes(rows * width));
    }
  }
}
