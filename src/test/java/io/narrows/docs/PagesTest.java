package io.narrows.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The blocks of Java on the pages are the regions of {@link JavaApiIT}, and the reverse. */
class PagesTest {
  private static final Path SOURCE = Path.of("src/test/java/io/narrows/docs/JavaApiIT.java");
  private static final List<Path> PAGES =
      List.of(Path.of("README.md"), Path.of("docs/java-api.md"));

  private static final Pattern BLOCK =
      Pattern.compile("(?s)^```java\\n(.*?)\\n```$", Pattern.MULTILINE);
  private static final Pattern REGION =
      Pattern.compile("(?s)^ *// begin: (\\w+)\\n(.*?)\\n *// end: \\1$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([A-Za-z.]+)`");
  private static final Pattern MARK = Pattern.compile("// (begin|end): ");

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
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    String source = null;
    int named = 0;
    for (String row : Files.readAllLines(Path.of("docs/reliability.md"))) {
      String last =
          row.startsWith("|") ? row.substring(row.lastIndexOf('|', row.length() - 2)) : "";
      for (MatchResult name : matches(NAME, last).toList()) {
        String test = name.group(1).substring(name.group(1).lastIndexOf('.') + 1);
        source = sources.getOrDefault(name.group(1).replaceFirst("\\..*", ""), source);
        if (!sources.containsKey(test)) {
          assertThat(source).as(row).contains("void " + test + "(");
        }
        named++;
      }
    }
    assertThat(named).isGreaterThan(50);
  }

  private static Stream<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }
}
