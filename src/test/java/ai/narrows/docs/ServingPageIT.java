package ai.narrows.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.Browser;
import ai.narrows.SparkFixture;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.onnx.OnnxOptions;
import ai.narrows.ml.onnx.OnnxOptions.ChannelOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in docs/serving.md that scores images by ONNX Runtime Web, in a real browser. */
@Tag("extras")
class ServingPageIT extends SparkFixture {
  private static final int IMAGES = 8;
  private static final int HEIGHT = 40;
  private static final int WIDTH = 48;
  private static final double NEAR = 1e-5; // of a score
  private static final long MINUTES = 2;

  /** Where .ci/run has put the files of npm's package that the page loads. */
  private static final Path RUNTIME = Path.of("target/web");

  private static final List<String> LOADED =
      List.of("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm");

  private static final Pattern PAGE =
      Pattern.compile("(?s)^```html\\n(.*?)^```$", Pattern.MULTILINE);
  private static final Pattern ANSWER =
      Pattern.compile("anomalyScore ([-+.e\\d]+), prediction ([01])");

  private static final Map<String, String> TYPES =
      Map.of(
          "html",
          "text/html",
          "mjs",
          "text/javascript",
          "wasm",
          "application/wasm",
          "png",
          "image/png");

  /**
   * Chooses one image after the other as a reader would, and sends what the page says of them; or,
   * where something fails, what it was.
   */
  private static final String PROBE =
      """
      <script>
        const answers = [];
        const send = () => fetch("answers", { method: "POST", body: JSON.stringify(answers) });
        const fail = event => {
          answers.push("failed: " + (event.message ?? event.reason));
          send();
        };
        addEventListener("error", fail);
        addEventListener("unhandledrejection", fail);
        const changed = (element, what) => new Promise(resolve => {
          new MutationObserver((_, observer) => {
            observer.disconnect();
            resolve();
          }).observe(element, what);
        });
        addEventListener("DOMContentLoaded", async () => {
          const file = document.getElementById("file");
          const result = document.getElementById("result");
          if (file.disabled) await changed(file, { attributes: true });
          answers.push(result.textContent);
          for (const name of NAMES) {
            const chosen = new DataTransfer();
            chosen.items.add(new File([await (await fetch(name)).blob()], name));
            file.files = chosen.files;
            const answered = changed(result, { childList: true });
            file.dispatchEvent(new Event("change"));
            await answered;
            answers.push(result.textContent);
          }
          send();
        });
      </script>
      <script type="module">
      """;

  @TempDir Path folder;
  private final ObjectMapper json = new ObjectMapper();
  private final CompletableFuture<JsonNode> answers = new CompletableFuture<>();

  /** A slope of colors that differ from image to image. */
  private static void draw(Path file, int height, int width, Random random) throws IOException {
    int[] least = random.ints(3, 0, 40).toArray();
    int[] most = random.ints(3, 120, 256).toArray();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int value = least[c] + (most[c] - least[c]) * (x + y) / (width + height);
          image.getRaster().setSample(x, y, c, value);
        }
      }
    }
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String name = exchange.getRequestURI().getPath().substring(1);
      if (name.equals("answers")) {
        JsonNode sent = json.readTree(exchange.getRequestBody());
        exchange.sendResponseHeaders(204, -1);
        answers.complete(sent);
        return;
      }
      Path file = (LOADED.contains(name) ? RUNTIME : folder).resolve(name);
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String ending = name.substring(name.lastIndexOf('.') + 1);
      exchange
          .getResponseHeaders()
          .set("Content-Type", TYPES.getOrDefault(ending, "application/octet-stream"));
      exchange.sendResponseHeaders(200, Files.size(file));
      Files.copy(file, exchange.getResponseBody());
    }
  }

  private JsonNode seen(List<String> names) throws Exception {
    Matcher page = PAGE.matcher(Files.readString(Path.of("docs/serving.md")));
    assertThat(page.find()).isTrue();
    String probe = PROBE.replace("NAMES", json.writeValueAsString(names));
    String probed = page.group(1).replace("<script type=\"module\">\n", probe);
    assertThat(probed).contains(probe);
    Files.writeString(folder.resolve("index.html"), probed);

    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Path said = folder.resolve("console");
    Process process =
        Browser.open(
                folder.resolve("profile"),
                "http://127.0.0.1:" + server.getAddress().getPort() + "/index.html")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      JsonNode answered =
          answers.completeOnTimeout(json.nullNode(), MINUTES, TimeUnit.MINUTES).get();
      assertThat(answered.isArray()).as(Files.readString(said)).isTrue();
      return answered;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      server.stop(0);
    }
  }

  @Test
  void scoresInTheBrowserAreThoseOfSpark() throws Exception {
    assertThat(RUNTIME)
        .as("ONNX Runtime Web: run the commands of docs/serving.md there, or leave -Pextras out")
        .isDirectoryContaining("glob:**.wasm");
    Random random = new Random(1);
    List<String> names = new ArrayList<>();
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < IMAGES; i++) {
      names.add("images/" + i + ".png");
      draw(images.resolve(i + ".png"), HEIGHT, WIDTH, random);
    }
    Dataset<Row> rows = spark.read().format("imagefolder").load(images.toString());
    AutoencoderModel model =
        new Autoencoder()
            .setHeight(20)
            .setWidth(24)
            .setChannels(3)
            .setHidden(16)
            .setLatentDim(2)
            .setEpochs(2)
            .setSeed(1)
            .fit(rows);
    Files.write(
        folder.resolve("parts.onnx"),
        model.toOnnx(
            OnnxOptions.DEFAULT
                .withImageSize(HEIGHT, WIDTH)
                .withImageChannels(3)
                .withChannelOrder(ChannelOrder.RGB)));
    draw(folder.resolve("large.png"), 2 * HEIGHT, WIDTH, random);
    Files.writeString(folder.resolve("none.png"), "no image");
    names.add("large.png");
    names.add("none.png");

    JsonNode seen = seen(names);
    assertThat(seen.get(0).asText()).isEqualTo("Choose an image of 48 x 40 pixels");
    for (Row row : model.transform(rows).collectAsList()) {
      String id = row.getAs("id");
      int place = names.indexOf("images/" + id.substring(id.lastIndexOf('/') + 1));
      Matcher answer = ANSWER.matcher(seen.path(place + 1).asText());
      assertThat(answer.matches()).as(seen.toString()).isTrue();
      double expected = row.getAs("anomalyScore");
      assertThat(Double.parseDouble(answer.group(1))).isCloseTo(expected, within(NEAR * expected));
      if (Math.abs(expected - model.getThreshold()) > NEAR * expected) {
        assertThat(Double.parseDouble(answer.group(2))).isEqualTo(row.<Double>getAs("prediction"));
      }
    }
    assertThat(seen.path(IMAGES + 1).asText())
        .isEqualTo("large.png has 48 x 80 pixels, not 48 x 40");
    assertThat(seen.path(IMAGES + 2).asText()).startsWith("none.png: ");
    assertThat(seen).hasSize(IMAGES + 3);
  }
}
