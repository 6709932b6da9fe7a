package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Browser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The HTML report in a real browser. */
@Tag("extras")
final class ReportPageIT extends TrainedModels {
  private static final long MINUTES = 2;
  private static final Pattern RESULT = Pattern.compile("<p id=\"probe\">(.*?)</p>");

  /**
   * Looks at the page as a reader would, uses all that can be used, and notes what there is: which
   * sections are shown, which canvases have anything drawn on them, which pictures loaded, and how
   * long it took until the charts were there.
   */
  private static final String PROBE =
      """
      <script>
      addEventListener('load', () => {
        const ready = performance.now();
        const drawn = canvas => {
          const blank = document.createElement('canvas');
          [blank.width, blank.height] = [canvas.width, canvas.height];
          return canvas.toDataURL() !== blank.toDataURL();
        };
        const canvases = () => [...document.querySelectorAll('canvas')].filter(c => c.offsetParent).filter(drawn).map(c => c.id);
        const first = canvases();
        const dark = document.documentElement.dataset.theme;
        document.getElementById('theme').click();
        const log = document.getElementById('log');
        if (log.offsetParent) log.click();
        const colour = document.getElementById('colour');
        [...colour.options].forEach(option => {
          colour.value = option.value;
          colour.dispatchEvent(new Event('change'));
        });
        const result = {
          ready,
          sections: [...document.querySelectorAll('main section')].filter(s => s.offsetParent).map(s => s.id),
          links: [...document.querySelectorAll('nav a')].map(a => a.textContent),
          canvases: first,
          again: canvases(),
          switched: dark !== document.documentElement.dataset.theme,
          colours: colour.options.length,
          pictures: [...document.images].filter(i => i.offsetParent && i.naturalWidth > 0).length,
          broken: [...document.images].filter(i => i.offsetParent && i.naturalWidth === 0).length,
          asked: performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith('data:')),
          wide: document.documentElement.scrollWidth > innerWidth,
        };
        const note = document.createElement('p');
        note.id = 'probe';
        note.textContent = JSON.stringify(result);
        document.body.append(note);
      });
      </script>
      </body>
      """;

  /**
   * Opens a page with the probe in it; fails if it says anything, as it would of what its policy
   * keeps it from loading, or has loaded anything.
   */
  private JsonNode open(Path page, int width) throws IOException, InterruptedException {
    Path probed = folder.resolve("probed.html");
    Files.writeString(probed, Files.readString(page).replace("</body>\n", PROBE));
    Path out = folder.resolve("dom");
    Path err = folder.resolve("console");
    Process process =
        Browser.open(
                folder.resolve("profile"),
                "--virtual-time-budget=20000",
                "--window-size=" + width + ",1000",
                "--dump-dom",
                probed.toUri().toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as(Files.readString(err)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(Files.readAllLines(err)).noneMatch(line -> line.contains("CONSOLE"));
    Matcher result = RESULT.matcher(Files.readString(out));
    assertThat(result.find()).as(Files.readString(err)).isTrue();
    JsonNode seen = new ObjectMapper().readTree(result.group(1).replace("&amp;", "&"));
    assertThat(texts(seen.path("asked"))).isEmpty();
    return seen;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  @Test
  void allThereIs() throws Exception {
    Path page = folder.resolve("out.html");
    assertThat(
            report(
                    "--model-dir",
                    vae,
                    "--input",
                    IMAGES,
                    "--where",
                    "index < 2000",
                    "--anomalous",
                    "label = 3",
                    "--output",
                    page)
                .exitCode())
        .isZero();
    JsonNode seen = open(page, 1200);
    assertThat(texts(seen.path("sections")))
        .containsExactly(
            "summary", "training", "scores", "quality", "pictures", "latents", "prior", "settings");
    assertThat(texts(seen.path("links")))
        .containsExactly(
            "Training",
            "Scores",
            "Anomalous or normal",
            "Images",
            "Latent space",
            "Generated",
            "Settings");
    List<String> charts = List.of("loss", "time", "histogram", "roc", "pr", "scatter", "kl");
    assertThat(texts(seen.path("canvases"))).containsExactlyElementsOf(charts);
    assertThat(texts(seen.path("again"))).containsExactlyElementsOf(charts);
    assertThat(seen.path("switched").asBoolean()).isTrue();
    assertThat(seen.path("colours").asInt()).isEqualTo(3);
    assertThat(seen.path("pictures").asInt()).isEqualTo(3 * 24 + 2);
    assertThat(seen.path("broken").asInt()).isZero();
    assertThat(seen.path("wide").asBoolean()).as("wider than the window").isFalse();
    assertThat(open(page, 500).path("wide").asBoolean()).as("wider than a phone").isFalse();
  }

  @Test
  void ofAModelAlone() throws Exception {
    Path page = folder.resolve("out.html");
    assertThat(report("--model-dir", autoencoder, "--output", page).exitCode()).isZero();
    JsonNode seen = open(page, 1200);
    assertThat(texts(seen.path("sections"))).containsExactly("summary", "training", "settings");
    assertThat(texts(seen.path("canvases"))).containsExactly("loss", "time");
    assertThat(seen.path("broken").asInt()).isZero();
  }
}
