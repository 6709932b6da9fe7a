package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Photos;
import ai.narrows.SparkFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project in docs/example, built by Maven against the installed jar and run as its README says.
 */
@Tag("cluster")
final class ExampleIT extends SparkFixture {
  private static final int ORDINARY = 197;
  private static final List<String> ODD = List.of("board-0.png", "board-1.png", "board-2.png");

  @TempDir Path folder;

  @Test
  void buildsAndFindsTheStrangestImages() throws Exception {
    Scripts.needTheJar();
    Path project = Scripts.copy(Scripts.ROOT.resolve("docs/example"), folder.resolve("example"));
    Path images = folder.resolve("photos");
    Photos.slopes(images, ORDINARY);
    Photos.boards(images, ODD.size());
    Path output = folder.resolve("results");
    Ran ran =
        new Scripts(project)
            .run(
                Map.of(),
                Path.of(System.getProperty("narrows.maven")),
                "--batch-mode",
                "--no-transfer-progress",
                "--global-settings",
                settings(),
                "-Dmaven.repo.local=" + Scripts.ROOT.resolve("target/example-repository"),
                "install:install-file",
                "-Dfile=" + System.getProperty("narrows.jar"),
                "-DpomFile=" + Scripts.ROOT.resolve("pom.xml"),
                "package",
                "exec:exec",
                "-Dspark.master=local[2]",
                "-Dimages=" + images,
                "-Doutput=" + output);
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();

    // The fifth highest score of 200 is the threshold; slopes that are alike share it, boards are
    // above.
    List<String> lines = ran.out().lines().toList();
    int title = lines.indexOf("200 images, 3 of them strange. The strangest:");
    assertThat(title).as(ran.out()).isNotNegative();
    assertThat(lines.subList(title + 1, title + 1 + ODD.size()))
        .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
        .containsExactlyInAnyOrderElementsOf(ODD);
    assertThat(project.resolve("target/strangest-images.jar")).exists();

    Dataset<Row> scores = spark.read().parquet(output.resolve("scores").toString());
    assertThat(scores.columns()).containsExactly("id", "kind", "anomalyScore", "prediction");
    assertThat(scores.select("id").distinct().count()).isEqualTo(ORDINARY + ODD.size());
    assertThat(scores.filter("kind between 0 and 3").count()).isEqualTo(ORDINARY + ODD.size());
    PipelineModel model = PipelineModel.load(output.resolve("model").toString());
    assertThat(model.stages()).hasSize(2);
  }

  /** Maven settings by which the artifacts of this build are taken from where it has them. */
  private Path settings() throws IOException {
    String repository =
        String.format(
            Locale.ROOT,
            """
        <id>this-build</id>
        <url>%s</url>
        <snapshots><enabled>false</enabled></snapshots>
        """,
            Path.of(System.getProperty("narrows.mavenRepository")).toUri());
    return Files.writeString(
        folder.resolve("settings.xml"),
        String.format(
            Locale.ROOT,
            """
        <settings>
          <profiles>
            <profile>
              <id>this-build</id>
              <repositories><repository>%1$s</repository></repositories>
              <pluginRepositories><pluginRepository>%1$s</pluginRepository></pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>this-build</activeProfile></activeProfiles>
        </settings>
        """,
            repository));
  }
}
