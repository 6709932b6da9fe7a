import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import ai.narrows.train.EpochReport;
import ai.narrows.train.LocalTrainer;
import ai.narrows.train.PixelBlock;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.mllib.linalg.Matrix;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.RowMatrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How good scores and latents are on Fashion-MNIST, as Markdown tables.
 *
 * <p>Arguments: options with their values, as {@code benchmarks/quality} has them.
 */
public final class Quality {
  private static final int CLASSES = 10;
  private static final int PIXELS = 784;

  private final Map<String, String> options = new LinkedHashMap<>();
  private SparkSession spark;
  private Images train;
  private Images test;

  /** A set of images on this machine and in Spark. */
  private record Images(byte[] pixels, byte[] labels, Dataset<Row> rows) {
    int count() {
      return labels.length;
    }
  }

  private Quality(String[] args) {
    options.put("--data", "/usr/share/datasets/fashion-mnist");
    options.put("--parts", "one-class,normal-sets,vae,latents");
    options.put("--networks", "autoencoder,vae");
    options.put("--seeds", "1,2,3");
    options.put("--set-seeds", "1,2,3,4,5");
    options.put("--conf", "conf/anomaly-");
    options.put("--set", "");
    options.put("--split", "test");
    for (int i = 0; i < args.length; i += 2) {
      if (!options.containsKey(args[i]) || i + 1 == args.length) {
        System.err.println("quality: no option " + args[i] + " with a value; there are " + String.join(" ", options.keySet()));
        System.exit(2);
      }
      options.put(args[i], args[i + 1]);
    }
  }

  public static void main(String[] args) throws IOException {
    Quality quality = new Quality(args);
    try (SparkSession session = SparkSession.builder().appName("quality").config("spark.ui.enabled", "false").getOrCreate()) {
      quality.spark = session;
      quality.run();
    }
  }

  private void run() throws IOException {
    train = images("train");
    test = options.get("--split").equals("test") ? images("t10k") : null;
    for (String part : list("--parts")) {
      switch (part) {
        case "one-class" -> oneClass();
        case "normal-sets" -> normalSets();
        case "vae" -> vaeCurve();
        case "latents" -> latents();
        default -> throw new IllegalArgumentException("no part " + part);
      }
    }
  }

  private List<String> list(String option) {
    return Arrays.stream(options.get(option).split(",")).filter(item -> !item.isEmpty()).toList();
  }

  private Images images(String name) throws IOException {
    String prefix = options.get("--data") + "/" + name;
    Dataset<Row> rows = spark.read().format("idx").load(prefix + "-images-idx3-ubyte.gz").repartition(4).cache();
    return new Images(idx(prefix + "-images-idx3-ubyte.gz"), idx(prefix + "-labels-idx1-ubyte.gz"), rows);
  }

  private static byte[] idx(String file) throws IOException {
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(new FileInputStream(file)))) {
      int dimensions = in.readInt() & 255;
      int length = 1;
      for (int d = 0; d < dimensions; d++) {
        length *= in.readInt();
      }
      return in.readNBytes(length);
    }
  }

  private AutoencoderEstimator<?, ?> estimator(String network, long seed) throws IOException {
    return Configured.estimator(Path.of(options.get("--conf") + network + ".properties"), options.get("--set"), seed);
  }

  private static List<ScoreMethod> methods(String network) {
    return Arrays.stream(ScoreMethod.values()).filter(method -> network.equals("vae") || !method.likelihood()).toList();
  }

  /** The scores of all rows, by their index. */
  private static double[] scores(FittedAutoencoder<?> model, ScoreMethod method, Images images) {
    model.setScoreMethod(method.label()).setPredictionCol("").setReconstructionErrorCol("").setLatentCol("");
    double[] scores = new double[images.count()];
    Arrays.fill(scores, Double.NaN);
    for (Row row : model.transform(images.rows()).select("index", "anomalyScore").collectAsList()) {
      scores[(int) row.getLong(0)] = row.getDouble(1);
    }
    return scores;
  }

  /** Probability that an anomalous row has a higher score than a normal one, ties counting half. */
  private static double auroc(double[] scores, int[] rows, boolean[] anomalous) {
    Integer[] order = IntStream.range(0, rows.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> Double.compare(scores[rows[a]], scores[rows[b]]));
    double rankSum = 0;
    long positives = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && scores[rows[order[to]]] == scores[rows[order[from]]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        if (anomalous[order[i]]) {
          rankSum += (from + to + 1) / 2.0;
          positives++;
        }
      }
      from = to;
    }
    double negatives = rows.length - positives;
    return (rankSum - positives * (positives + 1) / 2.0) / (positives * negatives);
  }

  // ---- one class normal, all others anomalous

  /** With --split train every sixth training image is for testing and the rest for training: what settings are chosen by. */
  private void oneClass() throws IOException {
    Map<String, double[]> table = new LinkedHashMap<>(); // by method, the sum over seeds per class
    boolean tuning = test == null;
    Images tested = tuning ? train : test;
    int[] rows = IntStream.range(0, tested.count()).filter(i -> !tuning || i % 6 == 0).toArray();
    List<String> seeds = list("--seeds");
    for (int c = 0; c < CLASSES; c++) {
      int normal = c;
      boolean[] anomalous = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        anomalous[i] = tested.labels()[rows[i]] != c;
      }
      Dataset<Row> images = train.rows().where("label = " + c + (tuning ? " and index % 6 <> 0" : "")).cache();
      for (String network : list("--networks")) {
        for (String seed : seeds) {
          FittedAutoencoder<?> model = (FittedAutoencoder<?>) estimator(network, Long.parseLong(seed)).fit(images);
          for (ScoreMethod method : methods(network)) {
            double area = auroc(scores(model, method, tested), rows, anomalous);
            table.computeIfAbsent(network + ", " + method.label(), name -> new double[CLASSES])[c] += area / seeds.size();
          }
        }
      }
      if (!tuning) {
        table.computeIfAbsent("PCA-32, reconstruction error", name -> new double[CLASSES])[c] = auroc(pcaErrors(normal, 32), rows, anomalous);
      }
      images.unpersist();
      System.err.println("one-class " + c + " done");
    }
    System.out.printf("%nOne class normal, the other nine anomalous; AUROC, mean over seeds %s:%n%n", seeds);
    System.out.println("| score | mean | " + String.join(" | ", IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList()) + " |");
    System.out.println("|---|---|" + "---|".repeat(CLASSES));
    table.forEach((name, areas) -> System.out.println("| " + name + " | **" + figure(Arrays.stream(areas).average().orElseThrow()) + "** | " + String.join(" | ", Arrays.stream(areas).mapToObj(Quality::figure).toList()) + " |"));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Squared distance of every test image from the plane of the first components of a class's training images. */
  private double[] pcaErrors(int label, int k) {
    List<Vector> rows = new ArrayList<>();
    double[] mean = new double[PIXELS];
    for (int i = 0; i < train.count(); i++) {
      if (train.labels()[i] == label) {
        double[] x = pixels(train, i);
        rows.add(Vectors.dense(x));
        for (int j = 0; j < PIXELS; j++) {
          mean[j] += x[j];
        }
      }
    }
    for (int j = 0; j < PIXELS; j++) {
      mean[j] /= rows.size();
    }
    RowMatrix matrix = new RowMatrix(JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 2).rdd());
    Matrix components = matrix.computePrincipalComponents(k);
    double[] v = components.toArray(); // column by column
    double[] errors = new double[test.count()];
    for (int i = 0; i < errors.length; i++) {
      double[] x = pixels(test, i);
      double squares = 0;
      for (int j = 0; j < PIXELS; j++) {
        x[j] -= mean[j];
        squares += x[j] * x[j];
      }
      for (int c = 0; c < k; c++) {
        double projection = 0;
        for (int j = 0; j < PIXELS; j++) {
          projection += x[j] * v[c * PIXELS + j];
        }
        squares -= projection * projection;
      }
      errors[i] = squares;
    }
    return errors;
  }

  private static double[] pixels(Images images, int row) {
    double[] x = new double[PIXELS];
    for (int j = 0; j < PIXELS; j++) {
      x[j] = (images.pixels()[row * PIXELS + j] & 255) / 255.0;
    }
    return x;
  }

  // ---- several classes normal

  private void normalSets() throws IOException {
    System.out.printf("%nSeveral classes normal, as many anomalous test images drawn evenly from the others; AUROC, mean over seeds %s:%n%n", list("--set-seeds"));
    System.out.println("| normal | score | mean | lowest | highest |");
    System.out.println("|---|---|---|---|---|");
    for (int last : new int[] {0, 2, 6}) {
      Map<String, double[]> table = new LinkedHashMap<>();
      List<String> seeds = list("--set-seeds");
      Dataset<Row> images = train.rows().where("label <= " + last).cache();
      for (int s = 0; s < seeds.size(); s++) {
        long seed = Long.parseLong(seeds.get(s));
        int[] rows = balanced(last, seed);
        boolean[] anomalous = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
          anomalous[i] = test.labels()[rows[i]] > last;
        }
        for (String network : list("--networks")) {
          FittedAutoencoder<?> model = (FittedAutoencoder<?>) estimator(network, seed).fit(images);
          for (ScoreMethod method : methods(network)) {
            table.computeIfAbsent(network + ", " + method.label(), name -> new double[seeds.size()])[s] = auroc(scores(model, method, test), rows, anomalous);
          }
        }
      }
      images.unpersist();
      table.forEach((name, areas) -> System.out.printf(
          Locale.ROOT, "| %s | %s | **%.4f** | %.4f | %.4f |%n", last == 0 ? "0" : "0-" + last, name,
          Arrays.stream(areas).average().orElseThrow(), Arrays.stream(areas).min().orElseThrow(), Arrays.stream(areas).max().orElseThrow()));
      System.err.println("normal 0-" + last + " done");
    }
  }

  /** Test rows, as many normal as anomalous, both drawn evenly from their classes. */
  private int[] balanced(int last, long seed) {
    int normalClasses = last + 1;
    int anomalousClasses = CLASSES - normalClasses;
    int each = 1000 * Math.min(normalClasses, anomalousClasses);
    List<Integer> rows = new ArrayList<>();
    for (int c = 0; c < CLASSES; c++) {
      int label = c;
      int[] ofClass = IntStream.range(0, test.count()).filter(i -> test.labels()[i] == label).toArray();
      int[] order = new int[ofClass.length];
      new RandomStream(seed, RandomStream.Purpose.GENERATION, c, 0, 0).permute(order, order.length);
      int classes = c <= last ? normalClasses : anomalousClasses;
      int place = c <= last ? c : c - normalClasses;
      int take = each / classes + (place < each % classes ? 1 : 0);
      for (int i = 0; i < take; i++) {
        rows.add(ofClass[order[i]]);
      }
    }
    return rows.stream().mapToInt(i -> i).toArray();
  }

  // ---- the VAE of reference, epoch by epoch

  private void vaeCurve() {
    Architecture architecture = new Architecture(PIXELS, List.of(400), 20, Architecture.Latent.GAUSSIAN, ai.narrows.nn.kernels.Activation.RELU, ai.narrows.nn.kernels.Activation.SIGMOID);
    TrainingOptions training = new TrainingOptions(
        10, 128, 1, new Objective(new Loss.BinaryCrossEntropy(), 1), new Updater.Adam(0.9, 0.999, 1e-8, 0),
        new StepSize(1e-3, new StepSize.Constant(), 0), new Clipping(0), 0);
    System.out.printf("%nVAE 784-400-20, Adam 0.001, batch 128, one worker, seed 1:%n%n| epoch | training loss | test loss |%n|---|---|---|%n");
    TrainingListener listener = new TrainingListener() {
      @Override
      public void epochFinished(EpochReport report, int epochs) {
        System.out.printf(Locale.ROOT, "| %d | %.2f | %.2f |%n", report.epoch(), report.loss(), report.validationLoss());
      }
    };
    LocalTrainer.fit(
        architecture, Kernels.cpu(), training, architecture.initialParameters(1),
        List.of(PixelBlock.ofBytes(0, train.count(), PIXELS, train.pixels())),
        List.of(PixelBlock.ofBytes(0, test.count(), PIXELS, test.pixels())), listener);
  }

  // ---- latents as features

  private void latents() throws IOException {
    System.out.printf("%nRandom forest (50 trees of depth 12) told the ten classes apart by; accuracy on the 10,000 test images:%n%n| features | accuracy |%n|---|---|%n");
    for (String network : list("--networks")) {
      AutoencoderEstimator<?, ?> estimator = estimator(network, 1).setLatentDim(20).setEpochs(20);
      FittedAutoencoder<?> model = (FittedAutoencoder<?>) estimator.fit(train.rows());
      model.setReconstructionErrorCol("").setAnomalyScoreCol("").setPredictionCol("").setLatentCol("features");
      accuracy(network + ", 20 latents", model.transform(train.rows()), model.transform(test.rows()));
    }
    Dataset<Row> trainPixels = vectors(train);
    Dataset<Row> testPixels = vectors(test);
    org.apache.spark.ml.feature.PCAModel pca = new org.apache.spark.ml.feature.PCA().setK(20).setInputCol("features").setOutputCol("components").fit(trainPixels);
    accuracy("PCA-20", onlyComponents(pca.transform(trainPixels)), onlyComponents(pca.transform(testPixels)));
    accuracy("784 pixels", trainPixels, testPixels);
  }

  private static Dataset<Row> onlyComponents(Dataset<Row> rows) {
    return rows.drop("features").withColumnRenamed("components", "features");
  }

  private Dataset<Row> vectors(Images images) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < images.count(); i++) {
      rows.add(RowFactory.create((int) images.labels()[i], org.apache.spark.ml.linalg.Vectors.dense(pixels(images, i)).compressed()));
    }
    return spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 4),
            new StructType().add("label", DataTypes.IntegerType).add("features", SQLDataTypes.VectorType()))
        .cache();
  }

  private static void accuracy(String features, Dataset<Row> trained, Dataset<Row> tested) {
    Dataset<Row> cached = trained.select("label", "features").cache();
    long right = new RandomForestClassifier().setNumTrees(50).setMaxDepth(12).setSeed(1).fit(cached)
        .transform(tested.select("label", "features")).where("prediction = label").count();
    cached.unpersist();
    System.out.printf(Locale.ROOT, "| %s | %.4f |%n", features, right / (double) tested.count());
  }
}
