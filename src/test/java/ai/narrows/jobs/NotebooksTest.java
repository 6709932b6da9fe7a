package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The notebooks as they are in the repository: run from the first cell to the last, and fit to be
 * read.
 */
class NotebooksTest {
  private static final long MOST_BYTES = 1 << 20;
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");

  /** Where somebody's machine would show: folders of people, and times and hosts of a run. */
  private static final Pattern MACHINE =
      Pattern.compile(
          "/(root|home|Users|tmp|private|work)/|file:/|localhost|127\\.0\\.0\\.1|iopub");

  static Stream<Path> notebooks() throws IOException {
    return Notebook.committed().stream();
  }

  @Test
  void thePageListsThem() throws IOException {
    String page = Files.readString(Notebook.FOLDER.resolve("README.md"));
    assertThat(notebooks().map(file -> file.getFileName().toString()))
        .hasSize(3)
        .allSatisfy(name -> assertThat(page).contains("(" + name + ")"));
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void everyCellHasRunInItsTurnWithoutAnError(Path file) throws IOException {
    Notebook notebook = Notebook.read(file);
    List<JsonNode> cells = notebook.cells("code");
    assertThat(cells)
        .extracting(cell -> cell.get("execution_count").asInt())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, cells.size()).boxed().toList());
    assertThat(notebook.outputs())
        .allSatisfy(output -> assertThat(output.get("output_type").asText()).isNotEqualTo("error"))
        .allSatisfy(output -> assertThat(output.path("name").asText()).isNotEqualTo("stderr"));
    assertThat(notebook.json().at("/metadata/kernelspec/name").asText()).isEqualTo("java");
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void showsPictures(Path file) throws IOException {
    List<BufferedImage> pictures = Notebook.read(file).pictures();
    assertThat(pictures).hasSizeGreaterThanOrEqualTo(3);
    assertThat(pictures).allSatisfy(picture -> assertThat(picture.getWidth()).isLessThan(1000));
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void isSmallAndSaysNothingOfTheMachine(Path file) throws IOException {
    assertThat(Files.size(file)).isLessThan(MOST_BYTES);
    assertThat(Files.readString(file).lines())
        .filteredOn(line -> !line.contains("\"image/png\": "))
        .noneMatch(line -> MACHINE.matcher(line).find());
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void linksLeadSomewhere(Path file) throws IOException {
    for (JsonNode cell : Notebook.read(file).cells("markdown")) {
      Matcher link = LINK.matcher(Notebook.text(cell.get("source")));
      while (link.find()) {
        assertThat(Notebook.FOLDER.resolve(link.group(1))).exists();
      }
    }
  }
}
