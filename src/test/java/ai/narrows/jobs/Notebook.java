package ai.narrows.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;

/**
 * A notebook as Jupyter keeps it (nbformat 4).
 *
 * @param file where it lies
 * @param json all of it
 */
record Notebook(Path file, JsonNode json) {
  static final Path FOLDER = Scripts.ROOT.resolve("notebooks");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Notebook read(Path file) throws IOException {
    return new Notebook(file, MAPPER.readTree(file.toFile()));
  }

  /** Those in the repository, by name. */
  static List<Path> committed() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  /** The cells of a kind, in their order. */
  List<JsonNode> cells(String type) {
    return list(json.get("cells"))
        .filter(cell -> cell.get("cell_type").asText().equals(type))
        .toList();
  }

  /** What a cell has shown. */
  static List<JsonNode> outputs(JsonNode cell) {
    return list(cell.get("outputs")).toList();
  }

  /** What all cells have shown. */
  List<JsonNode> outputs() {
    return cells("code").stream().flatMap(cell -> outputs(cell).stream()).toList();
  }

  /**
   * The kinds of what each code cell has shown: names of streams, types of data, errors. A text may
   * come in any number of parts.
   */
  List<List<String>> kinds() {
    return cells("code").stream().map(Notebook::kindsOf).toList();
  }

  private static List<String> kindsOf(JsonNode cell) {
    List<String> kinds = new ArrayList<>();
    String last = "";
    for (JsonNode output : outputs(cell)) {
      String kind = kind(output);
      if (!kind.equals(last) || !kind.startsWith("stream")) {
        kinds.add(kind);
      }
      last = kind;
    }
    return kinds;
  }

  private static String kind(JsonNode output) {
    Set<String> types = new TreeSet<>();
    output.path("data").fieldNames().forEachRemaining(types::add);
    return output.get("output_type").asText() + output.path("name").asText() + types;
  }

  /** The text that was shown. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (JsonNode output : outputs()) {
      text.append(text(output.path("text")));
      text.append(text(output.path("data").path("text/plain")));
    }
    return text.toString();
  }

  /** Text that the format keeps as one string or line by line. */
  static String text(JsonNode node) {
    StringBuilder text = new StringBuilder(node.asText());
    node.forEach(line -> text.append(line.asText()));
    return text.toString();
  }

  /** The pictures that were shown. */
  List<BufferedImage> pictures() throws IOException {
    List<BufferedImage> pictures = new ArrayList<>();
    for (JsonNode output : outputs()) {
      JsonNode png = output.path("data").path("image/png");
      if (!png.isMissingNode()) {
        pictures.add(picture(Base64.getMimeDecoder().decode(text(png))));
      }
    }
    return pictures;
  }

  private static BufferedImage picture(byte[] png) {
    try {
      return ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
