package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The release as docs/releasing.md makes it, built in another folder and put into a repository. */
@Tag("extras")
final class ReleaseIT {
  private static final List<String> SOURCES =
      List.of(".mvn", "pom.xml", "LICENSE", "NOTICE", "src/main", "src/spark-4");

  @TempDir static Path folder;
  private static Path repository;
  private static Path published;
  private static String name;

  @BeforeAll
  static void release() throws Exception {
    Scripts.needTheJar();
    Path jar = Path.of(System.getProperty("narrows.jar"));
    name = jar.getFileName().toString().replace(".jar", "");
    Path clone = Files.createDirectories(folder.resolve("another folder"));
    for (String source : SOURCES) {
      Scripts.copy(Scripts.ROOT.resolve(source), clone.resolve(source));
    }
    repository = folder.resolve("repository");
    Ran ran =
        new Scripts(clone)
            .run(
                Map.of(),
                Path.of(System.getProperty("narrows.maven")),
                "--batch-mode",
                "--quiet",
                "-Dmaven.repo.local=" + System.getProperty("narrows.mavenRepository"),
                "-Prelease",
                "-Dmaven.test.skip=true",
                "-Dexec.skip=true",
                "-DaltDeploymentRepository=release::" + repository.toUri(),
                "deploy");
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    published = repository.resolve("ai/narrows/narrows").resolve(version());
  }

  private static String version() {
    return name.replace("narrows-", "");
  }

  @Test
  void hasAllThatIsPublishedWithChecksums() throws IOException {
    for (String end :
        List.of(".jar", "-spark.jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
      Path file = published.resolve(name + end);
      assertThat(file).isNotEmptyFile();
      assertThat(Files.readString(published.resolve(name + end + ".sha256")).strip())
          .startsWith(sha256(file));
    }
    assertThat(Files.size(published.resolve(name + "-spark.jar"))).isLessThan(70_000_000);
  }

  @Test
  void anotherFolderGivesTheSameBytes() throws IOException {
    assertThat(sha256(published.resolve(name + ".jar")))
        .isEqualTo(sha256(Path.of(System.getProperty("narrows.jar"))));
    assertThat(sha256(published.resolve(name + "-spark.jar")))
        .isEqualTo(sha256(Path.of(System.getProperty("narrows.sparkJar"))));
  }

  /** What Maven Central asks of a POM, and what Ivy and dependants can read. */
  @Test
  void thePomIsComplete() throws Exception {
    Path file = published.resolve(name + ".pom");
    assertThat(Files.readString(file)).doesNotContain("${", "<profile>", "SNAPSHOT");
    Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    for (String element :
        List.of(
            "groupId",
            "artifactId",
            "version",
            "name",
            "description",
            "url",
            "license",
            "developer",
            "scm",
            "connection")) {
      NodeList found = pom.getElementsByTagName(element);
      assertThat(found.getLength()).as(element).isPositive();
      assertThat(found.item(0).getTextContent()).as(element).isNotBlank();
    }
    assertThat(Files.readString(file)).contains("<classifier>linux-x86_64</classifier>");
  }

  /** Ivy does not treat classifiers as Maven does: the native libraries must come all the same. */
  @Test
  void sparkSubmitFetchesItByName() throws Exception {
    String spark = YarnIT.installedSpark(new Scripts(folder));
    Path model = folder.resolve("model");
    Ran ran =
        new Scripts(folder)
            .run(
                Map.of("SPARK_HOME", spark),
                Path.of(spark, "bin/spark-submit"),
                "--master",
                "local[2]",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.jars.ivy=" + folder.resolve("ivy"),
                "--repositories",
                repository.toUri(),
                "--packages",
                "ai.narrows:narrows:" + version(),
                "--class",
                "ai.narrows.jobs.Train",
                "spark-internal",
                "--input",
                Scripts.IMAGES,
                "--where",
                "index < 200",
                "--hidden",
                "8",
                "--epochs",
                "1",
                "--output",
                model);
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.err()).contains("found ai.narrows#narrows;" + version());
    assertThat(model.resolve("weights.safetensors")).isNotEmptyFile();
  }

  private static String sha256(Path file) throws IOException {
    return DigestUtils.sha256Hex(Files.readAllBytes(file));
  }
}
