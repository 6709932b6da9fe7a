package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Photos;
import ai.narrows.TestSpark;
import ai.narrows.jobs.tracking.MlflowTrackingTest;
import ai.narrows.ml.AutoencoderModel;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read and written on an object store, with the settings of docs/deploy.md. */
@Tag("extras")
final class S3IT {
  private static final String BUCKET = "s3a://photos";
  private static final List<String> NETWORK =
      List.of("--where=index < 200", "--hidden=16", "--latent=2", "--batch-size=16", "--workers=2");

  /** What docs/deploy.md says, and what a server that is not Amazon's needs besides. */
  private static final Map<String, Object> SETTINGS =
      Map.of(
          "spark.hadoop.fs.s3a.committer.name", "magic",
          "spark.sql.sources.commitProtocolClass",
              "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol",
          "spark.sql.parquet.output.committer.class",
              "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter",
          "spark.hadoop.fs.s3a.path.style.access", true,
          "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
          "spark.hadoop.fs.s3a.access.key", "key",
          "spark.hadoop.fs.s3a.secret.key", "secret");

  @TempDir static Path folder;

  private static PipServer server;
  private static SparkSession spark;
  private static FileSystem files;

  @BeforeAll
  static void start() throws Exception {
    int port = MlflowTrackingTest.closedPort();
    server =
        PipServer.start(
            folder,
            Map.of(),
            port,
            "/moto-api/",
            "moto_server",
            "--host=127.0.0.1",
            "--port=" + port);
    URI bucket = URI.create(BUCKET.replace("s3a:/", server.address()));
    assertThat(
            PipServer.ask(HttpRequest.newBuilder(bucket).PUT(HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(200);
    Map<String, Object> settings = new HashMap<>(SETTINGS);
    settings.put("spark.hadoop.fs.s3a.endpoint", server.address());
    spark = TestSpark.enter(settings);
    files = FileSystem.get(URI.create(BUCKET), spark.sessionState().newHadoopConf());
    String labels = TrainedModels.IMAGES.replace("images-idx3", "labels-idx1");
    upload(Scripts.ROOT.resolve(TrainedModels.IMAGES), "images");
    upload(Scripts.ROOT.resolve(labels), "images");
    Path slopes = folder.resolve("slopes");
    Photos.slopes(slopes, 10);
    for (int i = 0; i < 10; i++) {
      upload(slopes.resolve(String.format(Locale.ROOT, "slope-%d.png", i)), "slopes");
    }
  }

  private static void upload(Path file, String to) throws IOException {
    try (OutputStream out = files.create(path(at(to + "/" + file.getFileName())))) {
      Files.copy(file, out);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    TestSpark.leave(spark);
    files.close();
    server.stop();
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }

  private static String at(String name) {
    return BUCKET + "/of parts/" + name;
  }

  private static List<String> names(String folder) throws IOException {
    return Arrays.stream(files.listStatus(path(at(folder))))
        .map(s -> s.getPath().getName())
        .toList();
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static Ran train(Object... options) {
    return done(Ran.of(() -> Train.run(Scripts.words(NETWORK, List.of(options)))));
  }

  @Test
  void fromImagesToTablesAndBack() throws IOException {
    List<String> reading = List.of("--input", at("images/t10k-images-idx3-ubyte.gz"));
    List<String> training =
        List.of("--output", at("model"), "--checkpoint", at("checkpoints"), "--overwrite");
    train(reading, training, "--epochs=1");
    Ran resumed = train(reading, training, "--epochs=2", "--resume", "--report", at("model.html"));
    assertThat(resumed.err()).contains("Going on after epoch 1 of 2");
    Path local = folder.resolve("model");
    train("--input", TrainedModels.IMAGES, "--output", local, "--epochs=2");
    assertThat(AutoencoderModel.load(at("model")).parameters())
        .isEqualTo(AutoencoderModel.load(local.toString()).parameters());

    List<Object> scoring =
        List.of(
            List.of("--model-dir", at("model"), reading, "--where=index < 500"),
            List.of("--output", at("scores"), "--error-maps", at("maps"), "--top=3"));
    for (int i = 0; i < 2; i++) { // the second time over what the first has written
      done(Ran.of(() -> Score.run(Scripts.words(scoring, "--overwrite"))));
    }
    assertThat(Ran.of(() -> Score.run(Scripts.words(scoring))).err())
        .contains(String.format(Locale.ROOT, "the output %s exists already", at("scores")));
    List<Object> embedding =
        List.of(
            List.of("--model-dir", at("model"), reading, "--where=index < 500"),
            List.of("--output", at("embeddings")));
    done(Ran.of(() -> Embed.run(Scripts.words(embedding))));
    Dataset<Row> scores = spark.read().parquet(at("scores"));
    assertThat(scores.count()).isEqualTo(500);
    assertThat(scores.select("id").distinct().count()).isEqualTo(500);
    assertThat(spark.read().parquet(at("embeddings")).count()).isEqualTo(500);
    assertThat(names("maps"))
        .containsExactlyInAnyOrder("0001.png", "0002.png", "0003.png", "index.csv");
    Ran evaluated =
        done(
            Ran.of(
                () ->
                    Evaluate.run(
                        "--scores=" + at("scores"), "--anomalous=label > 4", "--bootstrap=0")));
    assertThat(evaluated.out()).contains("\"rows\": 500");
    assertThat(committer("scores")).isEqualTo("magic");
    assertThat(names(""))
        .containsExactlyInAnyOrder(
            "images",
            "slopes",
            "model",
            "model.html",
            "checkpoints",
            "scores",
            "maps",
            "embeddings");
  }

  /** Which committer has written a table, as it says itself. */
  private static String committer(String table) throws IOException {
    try (InputStream in = files.open(path(at(table + "/_SUCCESS")))) {
      return new ObjectMapper().readTree(in).path("committer").asText();
    }
  }

  /** Files in folders, packed, and scored as they appear. */
  @Test
  void imageFiles() throws IOException {
    done(
        Ran.of(
            () ->
                Pack.run(Scripts.words("--input", at("slopes"), "--output", BUCKET + "/packed"))));
    assertThat(spark.read().parquet(BUCKET + "/packed").select("id").distinct().count())
        .isEqualTo(10);
    assertThat(files.exists(path(BUCKET + "/packed.packing"))).isFalse();
    String model = folder.resolve("slopes.model").toString();
    done(
        Ran.of(
            () ->
                Train.run(
                    Scripts.words(
                        List.of("--input", BUCKET + "/packed", "--output", model),
                        List.of("--hidden=8", "--latent=2", "--epochs=1", "--workers=1")))));
    List<String> watching =
        List.of(
            "--model-dir",
            model,
            "--input",
            at("slopes"),
            "--output",
            BUCKET + "/stream/scores",
            "--stream",
            "--checkpoint",
            BUCKET + "/stream/checkpoint",
            "--available-now");
    for (String scored : List.of("Scored 10 new images", "Scored 0 new images")) {
      assertThat(done(Ran.of(() -> Score.run(Scripts.words(watching)))).err()).contains(scored);
    }
    assertThat(spark.read().parquet(BUCKET + "/stream/scores").count()).isEqualTo(10);
  }
}
