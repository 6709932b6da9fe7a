package ai.narrows.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON that is bound to records, or refused with the field, the rule and the value. */
final class StrictJsonTest {
  private static final StrictJson JSON = StrictJson.plain();

  enum Kind {
    ONE,
    TWO
  }

  record Inner(long whole, Map<String, Integer> counts) {}

  record Outer(
      @JsonProperty("class") String name,
      int number,
      double real,
      boolean flag,
      Kind kind,
      List<Inner> list) {
    Outer {
      if (number < 0) {
        throw new IllegalArgumentException("number must be at least 0, but is " + number);
      }
    }

    /** Not a part of it. */
    public boolean isPositive() {
      return number > 0;
    }
  }

  private static final Outer VALUE =
      new Outer("a", 1, 0.5, true, Kind.TWO, List.of(new Inner(1L << 40, Map.of("x", 3))));
  private static final String TEXT =
      "{\"class\":\"a\",\"number\":1,\"real\":0.5,\"flag\":true,\"kind\":\"TWO\","
          + "\"list\":[{\"whole\":1099511627776,\"counts\":{\"x\":3}}]}";

  private static Outer read(String text) throws IOException {
    return JSON.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "it", Outer.class);
  }

  @Test
  void thereAndBack() throws IOException {
    assertThat(JSON.text(VALUE)).isEqualTo(TEXT);
    assertThat(new String(JSON.bytes(VALUE), StandardCharsets.UTF_8)).isEqualTo(TEXT);
    assertThat(read(TEXT)).isEqualTo(VALUE);
    assertThat(JSON.bind(JSON.tree(VALUE), Outer.class)).isEqualTo(VALUE);
    Outer odd = new Outer("", 0, Double.POSITIVE_INFINITY, false, Kind.ONE, List.of());
    assertThat(read(JSON.text(odd))).isEqualTo(odd); // as the text "Infinity"
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`\"class\":\"a\",` | `` | class is missing",
        "`\"number\":1,` | `` | number is missing",
        "`\"whole\":1099511627776,` | `` | list[0].whole is missing",
        "`\"flag\"` | `\"other\":1,\"flag\"` | other is not known here",
        "`\"flag\"` | `\"positive\":true,\"flag\"` | positive is not known here",
        "`\"flag\"` | `\"number\":1,\"flag\"` | it is not JSON: Duplicate field 'number'",
        "`:\"a\"` | `:1` | class must be a text, but is 1",
        "`:\"a\"` | `:true` | class must be a text, but is true",
        "`:\"a\"` | `:{}` | class must be a text, but is an object",
        "`:\"a\"` | `:null` | class must have a value, but is null",
        "`:1,` | `:\"1\",` | number must be a whole number of at most 2147483647, but is \"1\"",
        "`:1,` | `:1.0,` | number must be a whole number of at most 2147483647, but is 1.0",
        "`:1,` | `:2147483648,` | number must be a whole number of at most 2147483647, but is 2147483648",
        "`:1,` | `:[],` | number must be a whole number of at most 2147483647, but is a list",
        "`:1,` | `:-1,` | number must be at least 0, but is -1",
        "`:1099511627776` | `:9223372036854775808` | list[0].whole must be a whole number, but is 9223372036854775808",
        "`0.5` | `\"0.5\"` | real must be a number, but is \"0.5\"",
        "`0.5` | `1e999` | real must be a finite number, but is not",
        "`true` | `1` | flag must be true or false, but is 1",
        "`true` | `\"true\"` | flag must be true or false, but is \"true\"",
        "`\"TWO\"` | `\"two\"` | kind must be one of ONE, TWO, but is \"two\"",
        "`\"TWO\"` | `1` | kind must be one of ONE, TWO, but is 1",
        "`[{` | `{\"a\":{` | it is not JSON: Unexpected close marker",
        "`{\"x\":3}` | `{\"x\":null}` | list[0].counts.x must have a value, but is null",
        "`{\"x\":3}` | `{\"x\":\"3\"}` | list[0].counts.x must be a whole number of at most 2147483647, but is \"3\"",
        "`{\"x\":3}` | `[3]` | list[0].counts must be an object, but is a list",
        "`}]}` | `}]} 1` | it is not JSON: Trailing token",
      })
  void whatBreaksARule(String old, String words, String reason) {
    assertThat(TEXT).contains(old);
    int at = TEXT.lastIndexOf(old);
    String text =
        TEXT.substring(0, at) + (words == null ? "" : words) + TEXT.substring(at + old.length());
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(reason);
  }

  @Test
  void bounds() {
    assertRefused("[".repeat(100_000), "it is not JSON: Document nesting depth (65) exceeds");
    assertRefused("[" + "1,".repeat(1_000_001), "it is not JSON: it has more than 1000000 names");
    assertRefused("1".repeat(65), "it is not JSON: Number value length (65) exceeds");
    assertRefused(" ".repeat(StrictJson.MOST_BYTES + 1), "it has more than 16777216 bytes");
    assertRefused("", "it is empty");
    assertRefused("null", "it must have a value, but is null");
    assertRefused("3", "it must be an object, but is 3");
  }

  private static void assertRefused(String text, String reason) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(reason);
  }
}
