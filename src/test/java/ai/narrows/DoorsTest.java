package ai.narrows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.docs.JavaApiIT;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users see of Narrows, in the documentation and its example, is public API. */
final class DoorsTest {
  /** Packages and classes for users; {@code docs/architecture.md} lists them. */
  private static final Pattern DOORS =
      Pattern.compile(
          "ai\\.narrows\\.(ml(\\.(metrics|params|summary))?\\.[A-Z].*|ml\\.onnx\\.OnnxOptions"
              + "|images\\.[A-Z].*|images\\.source\\.ImageStream|images\\.pixels\\.Patches"
              + "|report\\.(HtmlReport|ScoreTable)|train\\.(TrainingListener|EpochReport).*"
              + "|nn\\.layers\\.Architecture)");

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?(ai\\.narrows\\.[\\w.]+);", Pattern.MULTILINE);

  @Test
  void javaApi() {
    List<String> used =
        new ClassFileImporter()
            .importClasses(JavaApiIT.class).stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(Dependency::getTargetClass)
                .map(JavaClass::getBaseComponentType)
                .filter(type -> type.getPackageName().startsWith("ai.narrows"))
                .map(JavaClass::getName)
                .filter(name -> !name.startsWith("ai.narrows.docs.")) // its own
                .filter(name -> !name.matches("ai\\.narrows\\.(SparkFixture|Photos)"))
                .distinct()
                .toList();
    assertThat(used).contains("ai.narrows.ml.Autoencoder").allMatch(DOORS.asMatchPredicate());
  }

  @Test
  void example() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("docs/example"))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      for (Path source : sources) {
        assertThat(IMPORT.matcher(Files.readString(source)).results().map(match -> match.group(1)))
            .as(source.toString())
            .isNotEmpty()
            .allMatch(DOORS.asMatchPredicate());
      }
    }
  }
}
