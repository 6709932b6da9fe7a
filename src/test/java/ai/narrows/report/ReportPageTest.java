package ai.narrows.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final String HOSTILE = "</title></script><script>alert('{{data}}')</script><!--";

  private static String page(String name) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("name", name);
    return ReportPage.of(data);
  }

  @Test
  void everythingIsInside() {
    String page = page("model");
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains("<title>model – Narrows report</title>")
        .contains("default-src 'none'")
        .contains("Chart.js v", "Released under the MIT License")
        .contains("id=\"data\">{\"name\":\"model\"}</script>")
        .doesNotContain("{{", "sourceMappingURL", " src=\"http", "<link rel=\"stylesheet\"");
  }

  @Test
  void namesCannotEndAScript() {
    String page = page(HOSTILE);
    assertThat(page)
        .contains("&lt;/title>&lt;/script>")
        .contains("\\u003c/title>\\u003c/script>")
        .doesNotContain(HOSTILE, "<script>alert");
    assertThat(page.split("</script>", -1)).hasSameSizeAs(page("model").split("</script>", -1));
  }
}
