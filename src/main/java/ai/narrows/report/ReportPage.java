package ai.narrows.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;

/**
 * The page of a report: its frame, style and script, the library that draws its charts, and the
 * data. All of it stands in the one file, and the page forbids itself to load anything else.
 */
final class ReportPage {
  private static final String CHARTS = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";

  private ReportPage() {}

  static String of(ObjectNode data) {
    return fill(
        resource("report.html"),
        "title",
        escaped(data.path("name").asText()),
        "style",
        resource("report.css"),
        "charts",
        charts(),
        "data",
        inScript(data.toString()),
        "script",
        resource("report.js"));
  }

  /** Puts texts in the places that are marked with their names; what they hold is left alone. */
  private static String fill(String frame, String... namesAndTexts) {
    StringBuilder page = new StringBuilder();
    int from = 0;
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      String mark = "{{" + namesAndTexts[i] + "}}";
      int at = frame.indexOf(mark, from);
      if (at < 0) {
        throw new IllegalStateException("the report's frame has no place for " + mark);
      }
      page.append(frame, from, at).append(namesAndTexts[i + 1]);
      from = at + mark.length();
    }
    return page.append(frame, from, frame.length()).toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  /** JSON that ends no script and begins no comment, whatever its strings are. */
  private static String inScript(String json) {
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  /** Chart.js without the note where its source map lies, which would be asked for. */
  private static String charts() {
    Properties artifact = new Properties();
    try (InputStream in = open(CHARTS)) {
      artifact.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String file =
        String.format(
            Locale.ROOT,
            "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js",
            artifact.getProperty("version"));
    return resource(file).replaceAll("(?m)^//# sourceMappingURL=.*$", "").strip();
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = ReportPage.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException(name + " is not on the classpath");
    }
    return in;
  }
}
