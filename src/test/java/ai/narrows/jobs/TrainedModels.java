package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small model of each kind, trained by the job on the sample in data/, and the jobs as methods.
 */
abstract class TrainedModels {
  static final String IMAGES = "data/fashion-mnist/t10k-images-idx3-ubyte.gz";

  @TempDir static Path models;
  @TempDir Path folder;

  static SparkSession spark;
  static Path autoencoder;
  static Path vae;

  /** Files of the models, by their paths below {@link #models}: they are trained once a JVM. */
  private static final Map<String, byte[]> FILES = new TreeMap<>();

  @BeforeAll
  static void enter() throws IOException {
    spark = TestSpark.enter();
    autoencoder = models.resolve("autoencoder");
    vae = models.resolve("vae");
    if (FILES.isEmpty()) {
      train();
      try (Stream<Path> files = Files.walk(models)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          FILES.put(models.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      return;
    }
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      Path path = models.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }

  private static void train() {
    Ran trained =
        train(
            "--where",
            "index < 300",
            "--hidden",
            "16",
            "--latent=2",
            "--epochs",
            "2",
            "--workers",
            "2",
            "--output",
            autoencoder);
    assertThat(trained.err())
        .contains("Training on 270 images (30 for the threshold) with 2 workers")
        .contains("Averaging every 2 of 2 minibatches, outer momentum 0.0, step size 0.001 x 1.41")
        .contains("epoch 1/2  loss ")
        .contains("epoch 2/2  loss ")
        .contains("Saved the autoencoder 784-16-2-16-784 for images of 28x28x1, epoch 2 of 2");
    assertThat(trained.out()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    Ran trainedVae =
        train(
            "--model",
            "vae",
            "--where",
            "index < 300",
            "--hidden",
            "16",
            "--latent",
            "3",
            "--epochs",
            "1",
            "--validation-fraction",
            "0.2",
            "--output",
            vae);
    assertThat(trainedVae.err())
        .contains("216 images (60 for validation; 24 for the threshold)")
        .contains("  validation ");
    assertThat(trainedVae.exitCode()).isZero();
  }

  @AfterAll
  static void leave() {
    TestSpark.leave(spark);
  }

  private static String[] words(List<Object> args) {
    return args.stream().map(Object::toString).toArray(String[]::new);
  }

  static Ran train(Object... args) {
    List<Object> all = new ArrayList<>(List.of("--input", IMAGES));
    all.addAll(Arrays.asList(args));
    return Ran.of(() -> Train.run(words(all)));
  }

  static Ran score(Object... args) {
    return Ran.of(() -> Score.run(words(Arrays.asList(args))));
  }

  static Ran embed(Object... args) {
    return Ran.of(() -> Embed.run(words(Arrays.asList(args))));
  }

  static Ran generate(Object... args) {
    return Ran.of(() -> Generate.run(words(Arrays.asList(args))));
  }

  static Ran report(Object... args) {
    return Ran.of(() -> Report.run(words(Arrays.asList(args))));
  }

  void assertRefused(Ran ran, String sentence) throws IOException {
    assertThat(ran.err()).contains(sentence).doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(2);
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("out")))
          .isEmpty();
    }
  }
}
