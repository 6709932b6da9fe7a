package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.TestJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that the build makes, with which processes start faster. */
@Tag("cluster")
final class ArchivedClassesIT {
  private static final String WHENCE = "-Xlog:class+load";
  private static final String FROM_IT = " source: shared objects file (top)";
  private static final long MINUTES = 2;

  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  private String help(Object... ofSpark) throws Exception {
    Ran ran = new Scripts(folder).run("pack", List.of(ofSpark), "--", "--help");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    return ran.out();
  }

  @Test
  void jobsStartWithIt() throws Exception {
    assertThat(help("--driver-java-options", WHENCE))
        .contains("org.apache.spark.deploy.SparkSubmit" + FROM_IT);
  }

  @Test
  void soDoTheProcessesOfTests() throws Exception {
    Path log = folder.resolve("log");
    Process process = TestJvm.start(log, List.of(WHENCE), Pack.class, "--help");
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(log)).contains("org.apache.spark.sql.SparkSession" + FROM_IT);
  }

  @Test
  void whatItDoesNotFitGoesWithoutItAndWithoutAWord() throws Exception {
    List<Object> other = List.of("--driver-class-path", folder);
    assertThat(help(other, "--driver-java-options", WHENCE)).doesNotContain(FROM_IT);
    assertThat(help(other)).isEqualTo(help());
  }
}
