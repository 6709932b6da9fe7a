package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.TestSpark;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images, checkpoints, models, tables, pictures and pages on a real HDFS. */
@Tag("cluster")
final class HdfsIT {
  private static final List<String> OPTIONS =
      List.of("--where=index < 200", "--hidden=16", "--latent=2", "--batch-size=16", "--workers=2");

  @TempDir static Path folder;

  private static MiniDFSCluster cluster;
  private static FileSystem files;
  private static SparkSession spark;
  private static String root;

  @BeforeAll
  static void start() throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    files = cluster.getFileSystem();
    root = files.getUri() + "/images of parts";
    files.copyFromLocalFile(path(TrainedModels.IMAGES), path(root + "/t10k-images-idx3-ubyte.gz"));
    files.copyFromLocalFile(
        path(TrainedModels.IMAGES.replace("images-idx3", "labels-idx1")),
        path(root + "/t10k-labels-idx1-ubyte.gz"));
    spark = TestSpark.enter();
  }

  @AfterAll
  static void stop() throws IOException {
    TestSpark.leave(spark);
    cluster.close();
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }

  private static String[] words(List<String> more, String... first) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(more);
    return all.toArray(String[]::new);
  }

  private static String at(String name) {
    return root + "/" + name;
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static Ran train(String... options) {
    return done(Ran.of(() -> Train.run(words(OPTIONS, options))));
  }

  @Test
  void fromImagesToTablesAndBack() throws IOException {
    String images = at("t10k-images-idx3-ubyte.gz");
    String[] onHdfs = {
      "--input", images, "--output", at("model"), "--checkpoint", at("checkpoints"), "--overwrite"
    };
    train(words(List.of("--epochs=1"), onHdfs));
    Ran resumed =
        train(words(List.of("--epochs=2", "--resume", "--report", at("model.html")), onHdfs));
    assertThat(resumed.err()).contains("Going on after epoch 1 of 2");
    Path local = folder.resolve("model");
    train("--input", TrainedModels.IMAGES, "--output", local.toString(), "--epochs=2");
    assertThat(AutoencoderModel.load(at("model")).parameters())
        .isEqualTo(AutoencoderModel.load(local.toString()).parameters());
    assertThat(files.getFileStatus(path(at("model.html"))).getLen()).isGreaterThan(100_000);

    String[] reading = {"--model-dir", at("model"), "--input", images};
    for (int i = 0; i < 2; i++) { // the second time over what the first has written
      done(
          Ran.of(
              () ->
                  Score.run(
                      words(
                          List.of("--error-maps", at("maps"), "--top=3", "--overwrite"),
                          words(List.of("--output", at("scores")), reading)))));
    }
    done(Ran.of(() -> Embed.run(words(List.of("--output", at("embeddings")), reading))));
    Dataset<Row> scores = spark.read().parquet(at("scores"));
    assertThat(scores.count()).isEqualTo(10_000);
    assertThat(scores.select("id").distinct().count()).isEqualTo(10_000);
    assertThat(spark.read().parquet(at("embeddings")).count()).isEqualTo(10_000);
    assertThat(files.exists(path(at("maps/0003.png")))).isTrue();
    Ran evaluated =
        done(Ran.of(() -> Evaluate.run("--scores=" + at("scores"), "--anomalous=label > 4")));
    assertThat(evaluated.out()).contains("\"rows\": 10000");
    assertThat(Arrays.stream(files.listStatus(path(root))).map(s -> s.getPath().getName()))
        .containsExactlyInAnyOrder(
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "model",
            "model.html",
            "checkpoints",
            "scores",
            "maps",
            "embeddings");
  }
}
