package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.distributed.Described;
import ai.narrows.ml.AnomalyEvaluator;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever looks at Spark's UI reads what every job is for. */
final class JobDescriptionsIT extends SparkFixture {
  private static final String NONE = "none";

  /** Descriptions of the jobs that Spark starts. */
  private static final class Heard extends SparkListener {
    private final List<String> descriptions = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      descriptions.add(job.properties().getProperty(Described.PROPERTY, NONE));
    }
  }

  @TempDir private Path folder;
  private final Heard heard = new Heard();

  @BeforeEach
  void listen() {
    spark.sparkContext().addSparkListener(heard);
  }

  @AfterEach
  void noMore() {
    spark.sparkContext().removeSparkListener(heard);
    spark.sparkContext().setJobDescription(null);
  }

  /** What was heard since the last time, each once. */
  private List<String> descriptions() throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty();
    List<String> distinct = heard.descriptions.stream().distinct().toList();
    heard.descriptions.clear();
    return distinct;
  }

  private List<String> ofJob(ToIntFunction<String[]> job, Object... args) throws Exception {
    Ran ran = Ran.of(() -> job.applyAsInt(Scripts.words(args)));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(spark.sparkContext().getLocalProperty(Described.PROPERTY)).isNull();
    return descriptions();
  }

  @Test
  void ofJobs() throws Exception {
    List<String> input = List.of("--input", IMAGES.toString(), "--where", "index < 300");
    Path vae = folder.resolve("vae");
    assertThat(
            ofJob(
                Train::run,
                input,
                List.of("--model", "vae", "--output", vae, "--hidden", 16, "--epochs", 2),
                List.of("--workers", 2, "--averaging-frequency", 1, "--validation-fraction", 0.1),
                List.of("--calibration-fraction", 0),
                List.of("--threshold-input", IMAGES, "--threshold-anomalous", "label <> 1"),
                List.of("--threshold-where", "index > 9900")))
        .containsExactly(
            "looking at the input",
            "ranking the scores",
            "threshold of the best F1",
            "looking at the first image",
            "dealing the images: counting",
            "epoch 1/2, round 1/2",
            "epoch 1/2, round 2/2",
            "validation",
            "epoch 2/2, round 1/2",
            "epoch 2/2, round 2/2",
            "statistics of the training images",
            "calibration of the scores",
            "threshold",
            "saving the model");
    Path scores = folder.resolve("scores");
    assertThat(
            ofJob(
                Score::run,
                input,
                List.of("--model-dir", vae, "--output", scores),
                List.of("--error-maps", folder.resolve("maps"), "--top", 2)))
        .containsExactly("looking at the input", "scoring", "rebuilding images");
    assertThat(ofJob(Evaluate::run, "--scores", scores, "--anomalous", "label <> 1"))
        .containsExactly(
            "looking at the columns of " + scores,
            "ranking the scores",
            "metrics of the scores",
            "threshold of the best F1",
            "intervals by the bootstrap",
            "metrics of each class");
    Path embeddings = folder.resolve("embeddings");
    assertThat(ofJob(Embed::run, input, "--model-dir", vae, "--output", embeddings))
        .containsExactly("looking at the input", "embedding");
    List<Object> generate = List.of("--model-dir", vae, "--overwrite", "--output");
    Path generated = folder.resolve("generated");
    assertThat(ofJob(Generate::run, generate, generated, "--latents", embeddings))
        .containsExactly(
            "looking at the columns of " + embeddings, "counting the latents", "generating");
    List<String> between =
        ofJob(
            Generate::run,
            generate,
            generated,
            input,
            "--interpolate",
            "t10k-images-idx3-ubyte#3,t10k-images-idx3-ubyte#7");
    assertThat(between)
        .containsExactly(
            "looking at the input", "encoding the images to interpolate", "generating");
    assertThat(ofJob(Generate::run, generate, generated, "--count", 3))
        .containsExactly("generating");
    assertThat(ofJob(Pack::run, "--input", generated, "--output", folder.resolve("packed")))
        .containsExactly("packing images 1 to 4 of 4", "looking at what is packed");
  }

  @Test
  void ofTheLibraryAmongTheCallersOwn() throws Exception {
    Dataset<Row> images = spark.read().format("idx").load(IMAGES.toString()).where("index < 200");
    Autoencoder estimator = new Autoencoder().setHidden(8).setEpochs(1).setNumWorkers(2);
    estimator.setCalibrationFraction(0);
    spark.sparkContext().setJobDescription("mine");
    AutoencoderModel model = estimator.fit(images);
    assertThat(descriptions())
        .contains("epoch 1/1, round 1/1", "threshold")
        .doesNotContain(NONE, "mine");
    assertThat(model.transform(images).where("prediction = 1").count()).isEqualTo(2);
    assertThat(descriptions()).containsExactly("mine");
    new AnomalyEvaluator().setMetricName("reconstructionError").evaluate(model.transform(images));
    model.save(folder.resolve("model").toString());
    assertThat(descriptions()).containsExactly("mean reconstruction error", "saving the model");
    assertThat(spark.sparkContext().getLocalProperty(Described.PROPERTY)).isEqualTo("mine");
  }
}
