package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The notebooks, run from scratch through notebooks/start. What needs Jupyter on the PATH runs in
 * the profile extras; the copies that were run stay in target/notebooks.
 */
final class NotebooksIT {
  private static final Path START = Notebook.FOLDER.resolve("start");
  private static final Path EXECUTED = Scripts.ROOT.resolve("target/notebooks");
  private static final Pattern AUROC = Pattern.compile("AUROC (0\\.\\d+)");
  private static final Pattern ADDRESS =
      Pattern.compile("http://(?:localhost|127\\.0\\.0\\.1):\\d+/(?=lab\\?token=(\\w+))");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  private Ran start(Map<String, String> environment, Object... args) throws Exception {
    return new Scripts(folder).run(environment, START, args);
  }

  @Tag("extras")
  @ParameterizedTest
  @CsvSource({"first-steps, 0.97, 1", "inspecting-anomalies, 0.95, 1", "embeddings, , "})
  void runsFromScratch(String name, Double lowest, Double highest) throws Exception {
    Path file = Notebook.FOLDER.resolve(name + ".ipynb");
    Ran ran =
        start(
            Map.of(),
            List.of("nbconvert", "--to", "notebook", "--execute"),
            List.of("--output-dir", EXECUTED, file));
    assertThat(ran.exitCode()).as(ran.err()).isZero();

    Notebook executed = Notebook.read(EXECUTED.resolve(file.getFileName()));
    assertThat(executed.kinds())
        .as("kinds of outputs, cell by cell, as they are in the repository")
        .isEqualTo(Notebook.read(file).kinds());
    assertThat(executed.pictures()).isNotEmpty().allSatisfy(NotebooksIT::assertNotOneColour);
    Matcher auroc = AUROC.matcher(executed.text());
    assertThat(auroc.find()).isEqualTo(lowest != null);
    if (lowest != null) {
      assertThat(Double.parseDouble(auroc.group(1))).isBetween(lowest, highest);
    }
  }

  private static void assertNotOneColour(BufferedImage picture) {
    int[] pixels =
        picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(8);
  }

  /** With no command, it is JupyterLab that starts, and that has the kernel. */
  @Tag("extras")
  @Test
  void startsJupyterLab() throws Exception {
    Path log = folder.resolve("log");
    Process lab =
        new Scripts(folder)
            .start(Map.of(), START, folder.resolve("out"), log, "--no-browser", "--allow-root");
    try {
      Matcher address = ADDRESS.matcher("");
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!address.reset(Files.readString(log)).find()) {
        assertThat(lab.isAlive() && System.nanoTime() < end).as(Files.readString(log)).isTrue();
        Thread.sleep(200);
      }
      String site = address.group();
      String token = "?token=" + address.group(1);
      assertThat(
              get(site + "api/kernelspecs" + token).at("/kernelspecs/java/spec/language").asText())
          .isEqualTo("java");
      assertThat(get(site + "api/contents" + token).at("/content").findValuesAsText("name"))
          .contains("first-steps.ipynb", "README.md");
    } finally {
      lab.descendants().forEach(ProcessHandle::destroy);
      lab.destroy();
      lab.waitFor();
    }
  }

  private static JsonNode get(String address) throws IOException {
    try (InputStream answer = URI.create(address).toURL().openStream()) {
      return new ObjectMapper().readTree(answer);
    }
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    Ran noJar = start(Map.of("NARROWS_JAR", folder.resolve("none.jar").toString()));
    assertThat(noJar.err())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "There is no jar at %s, which NARROWS_JAR names.\n",
                folder.resolve("none.jar")));
    assertThat(noJar.exitCode()).isEqualTo(2);

    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("bash", "dirname", "readlink", "java")) {
      Path file = tools.resolve(tool);
      Files.writeString(
          file, String.format(Locale.ROOT, "#!/bin/sh\nexec '%s' \"$@\"\n", onThePath(tool)));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Ran noJupyter = start(Map.of("PATH", tools.toString()));
    assertThat(noJupyter.err())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "There is no jupyter on the PATH: run \"pip install -r %s\", best in a virtual environment.\n",
                Notebook.FOLDER.resolve("requirements.txt")));
    assertThat(noJupyter.exitCode()).isEqualTo(2);
  }

  private static Path onThePath(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void helps() throws Exception {
    Ran help = start(Map.of(), "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .startsWith("Starts Jupyter")
        .contains("notebooks/start [JUPYTERLAB-OPTION...]");
  }
}
