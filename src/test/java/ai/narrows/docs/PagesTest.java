package ai.narrows.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Blocks of Java on the pages are the regions of {@link JavaApiIT}; what pages name is there. */
class PagesTest {
  private static final Path SOURCE = Path.of("src/test/java/ai/narrows/docs/JavaApiIT.java");
  private static final List<Path> PAGES =
      List.of(Path.of("README.md"), Path.of("docs/java-api.md"), Path.of("docs/serving.md"));

  private static final Pattern BLOCK =
      Pattern.compile("(?s)^```java\\n(.*?)\\n```$", Pattern.MULTILINE);
  private static final Pattern REGION =
      Pattern.compile("(?s)^ *// begin: (\\w+)\\n(.*?)\\n *// end: \\1$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([A-Za-z.]+)`");
  private static final Pattern MESSAGE =
      Pattern.compile("^\\| `([^`]+)`( \\(from \\w+\\))? \\|", Pattern.MULTILINE);
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern MARK = Pattern.compile("// (begin|end): ");
  private static final Pattern TYPE =
      Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`|class=\"type\"[^>]*>(\\w+)<");
  private static final Pattern PACKAGE = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?ai\\.narrows\\.(\\w+)\\.", Pattern.MULTILINE);

  @Test
  void everyBlockIsARegion() throws IOException {
    String source = Files.readString(SOURCE);
    List<String> regions = matches(REGION, source).map(m -> m.group(2).stripIndent()).toList();
    assertThat(matches(MARK, source)).as("marks without their pair").hasSize(2 * regions.size());
    List<String> blocks = new ArrayList<>();
    for (Path page : PAGES) {
      matches(BLOCK, Files.readString(page)).map(m -> m.group(1)).forEach(blocks::add);
    }
    assertThat(blocks).containsExactlyInAnyOrderElementsOf(regions);
  }

  /**
   * In the last column of docs/reliability.md; a name alone is of the class that was named last.
   */
  @Test
  void everyTestThatReliabilityNamesIsThere() throws IOException {
    Map<String, String> sources = sources("src/test/java");
    String source = null;
    int named = 0;
    for (String row : Files.readAllLines(Path.of("docs/reliability.md"))) {
      String last =
          row.startsWith("|") ? row.substring(row.lastIndexOf('|', row.length() - 2)) : "";
      for (MatchResult name : matches(NAME, last).toList()) {
        String test = name.group(1).substring(name.group(1).lastIndexOf('.') + 1);
        source = sources.getOrDefault(name.group(1).replaceFirst("\\..*", ""), source);
        if (!sources.containsKey(test)) {
          assertThat(source).as(row).containsPattern("(void|class) " + test + "[ (]");
        }
        named++;
      }
    }
    assertThat(named).isGreaterThan(50);
  }

  /** Classes, and what is named of them, in docs/architecture.md and its drawing. */
  @Test
  void everyClassThatArchitectureNamesIsThere() throws IOException {
    Map<String, String> sources = sources("src");
    for (String page : List.of("docs/architecture.md", "docs/images/round.svg")) {
      List<MatchResult> types = matches(TYPE, Files.readString(Path.of(page))).toList();
      assertThat(types).as(page).isNotEmpty();
      for (MatchResult type : types) {
        String name = type.group(3) == null ? type.group(1) : type.group(3);
        assertThat(sources.keySet()).as(page).contains(name);
        if (type.group(2) != null) {
          assertThat(sources.get(name)).as(name).containsPattern(" " + type.group(2) + "[ (]");
        }
      }
    }
  }

  /** The first table of docs/architecture.md has all packages, those that others import first. */
  @Test
  void packagesStandInTheOrderOfTheirImports() throws IOException {
    Path root = Path.of("src/main/java/ai/narrows");
    String page = Files.readString(Path.of("docs/architecture.md"));
    String table = page.substring(0, page.indexOf("## Data flow"));
    List<String> packages = matches(PACKAGE, table).map(m -> m.group(1)).toList();
    try (Stream<Path> folders = Files.list(root)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(packages);
    }
    for (int i = 0; i < packages.size(); i++) {
      for (String source : sources(root.resolve(packages.get(i)).toString()).values()) {
        assertThat(matches(IMPORT, source).map(m -> m.group(1)).toList())
            .as(packages.get(i))
            .isSubsetOf(packages.subList(0, i + 1));
      }
    }
  }

  /** Messages in the first column of docs/troubleshooting.md, up to what they fill in. */
  @Test
  void everyMessageThatTroubleshootingExplainsIsThere() throws IOException {
    String code = String.join("\n", sources("src/main/java").values());
    String page = Files.readString(Path.of("docs/troubleshooting.md"));
    List<MatchResult> rows = matches(MESSAGE, page).toList();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(20);
    for (MatchResult row : rows) {
      if (row.group(2) == null && !row.group(1).startsWith("Unknown option")) {
        for (String part : row.group(1).split(" ?\\.\\.\\. ?", -1)) {
          assertThat(code.contains(part)).as(row.group()).isTrue();
        }
      }
    }
  }

  /** Links of all pages lead to files and headings that are there. */
  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
    for (String folder : List.of("docs", "benchmarks", "notebooks")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(f -> f.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    int followed = 0;
    for (Path page : pages) {
      for (MatchResult link : matches(LINK, Files.readString(page)).toList()) {
        Path target = page.resolveSibling(link.group(1)).normalize();
        if (link.group(1).isEmpty()) {
          target = page;
        }
        assertThat(target).as("%s: %s", page, link.group()).exists();
        if (link.group(2) != null) {
          assertThat(anchors(target)).as("%s: %s", page, link.group()).contains(link.group(2));
        }
        followed++;
      }
    }
    assertThat(followed).isGreaterThan(100);
  }

  /** Of a page's headings, as GitHub makes them. */
  private static List<String> anchors(Path page) throws IOException {
    return matches(HEADING, Files.readString(page))
        .map(
            heading ->
                heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", ""))
        .map(heading -> heading.strip().replace(' ', '-'))
        .toList();
  }

  /** The text of every Java file below a folder, by the file's name without its ending. */
  private static Map<String, String> sources(String folder) throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    return sources;
  }

  private static Stream<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }
}
