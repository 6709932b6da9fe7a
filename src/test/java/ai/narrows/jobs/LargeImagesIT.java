package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of large images in a heap that has no room for as many rows as Spark reads at a time. */
@Tag("cluster")
class LargeImagesIT extends SparkFixture {
  private static final int IMAGES = 2_000; // 390 MB

  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  @Test
  void fewRowsAreReadAtATime() throws Exception {
    String table = folder.resolve("images").toString();
    spark
        .range(IMAGES)
        .selectExpr(
            "cast(id as string) as id",
            "named_struct('origin', '', 'height', 256, 'width', 256, 'nChannels', 3, 'mode', 16, 'data',"
                + " cast(repeat(char(cast(32 + id % 90 as int)), 256 * 256 * 3) as binary)) as image")
        .coalesce(1)
        .write()
        .parquet(table);
    List<String> settings =
        List.of(
            "--master", "local[1]", "--driver-memory", "500m", "--conf", "spark.ui.enabled=false");
    Scripts scripts = new Scripts(folder);
    Ran trained =
        scripts.run(
            "train",
            settings,
            "--",
            "--architecture=convolutional",
            "--filters=2,2",
            "--stride=4",
            "--latent=2",
            "--batch-size=16",
            "--epochs=1",
            "--where=cast(id as int) < 100",
            "--input=" + table,
            "--output=model");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    Ran scored =
        scripts.run(
            "score", settings, "--", "--model-dir=model", "--input=" + table, "--output=scores");
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    assertThat(spark.read().parquet(folder.resolve("scores").toString()).count()).isEqualTo(IMAGES);
  }
}
