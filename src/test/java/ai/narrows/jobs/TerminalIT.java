package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training with its standard error on a terminal, as script(1) makes one. */
@Tag("cluster")
final class TerminalIT {
  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final String ESCAPE = "\033";

  @TempDir Path folder;

  @BeforeAll
  static void needsTheJarAndATerminal() {
    Scripts.needTheJar();
    assumeTrue(Files.isExecutable(SCRIPT), "needs script(1), of util-linux");
  }

  private List<String> training(int epochs) {
    return List.of(
        Scripts.words(
            List.of("--input", IMAGES, "--where", "index < 4000", "--workers", 2),
            List.of("--epochs", epochs, "--averaging-frequency", 4, "--batch-size", 32),
            List.of("--output", folder.resolve("model"), "--overwrite")));
  }

  /** What the terminal is sent; standard output is no part of it. */
  private String onTerminal(Map<String, String> environment, String redirect, List<String> options)
      throws Exception {
    String command =
        Arrays.stream(Scripts.words(Scripts.script("train"), options))
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Ran ran =
        new Scripts(folder)
            .run(environment, SCRIPT, "-qec", command + redirect, folder.resolve("typescript"));
    assertThat(ran.exitCode()).as(ran.out()).isZero();
    return ran.out().replace("\r\n", "\n");
  }

  @Test
  void aBarShowsHowFarItIs() throws Exception {
    String sent =
        onTerminal(Map.of("TERM", "xterm", "CI", ""), " > " + folder.resolve("out"), training(20));
    assertThat(sent)
        .containsPattern(
            "\r\033\\[\\?7lepoch [0-9]+/20 \\[=*>? *] [0-9]+/15  [0-9]+:[0-9]{2} left"
                + "  loss 0\\.[0-9]+  [0-9,]+ images/s\033\\[K\033\\[\\?7h\r")
        .doesNotContain("epoch 19/20  loss");
    // What stays when it is over.
    List<String> lines =
        sent.replaceAll("\r\033\\[\\?7l[^\033]*\033\\[K\033\\[\\?7h", "")
            .replaceAll("\r(\033\\[K)?", "")
            .lines()
            .toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0))
        .contains("Training on 3,600 images (400 for the threshold) with 2 workers");
    assertThat(lines.get(1)).contains("Averaging every 4 of 57 minibatches");
    assertThat(lines.get(2)).matches("\\[.*] epoch 20/20  loss .* images/s  communication .* %");
    assertThat(lines.get(3)).contains("Threshold ", "by 400 calibration images");
    assertThat(lines.get(4)).contains("Saved the autoencoder");
    assertThat(folder.resolve("out")).isEmptyFile();
  }

  @Test
  void elsewhereThereAreLines() throws Exception {
    Path err = folder.resolve("err");
    assertThat(onTerminal(Map.of("TERM", "xterm", "CI", ""), " 2> " + err, training(3))).isEmpty();
    for (String text :
        List.of(
            Files.readString(err),
            onTerminal(Map.of("TERM", "dumb"), "", training(3)),
            onTerminal(Map.of("TERM", "xterm", "CI", "true"), "", training(3)))) {
      assertThat(text).doesNotContain("\r").doesNotContain(ESCAPE);
      for (int epoch = 1; epoch <= 3; epoch++) {
        assertThat(text).containsOnlyOnce(String.format(Locale.ROOT, "epoch %d/3  loss ", epoch));
      }
    }
  }
}
