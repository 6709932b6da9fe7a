package ai.narrows.ml.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReadingTest {

  private static String remembered(String name) {
    return new ImageReading(Map.of(name, "value"), "", "", "", "").options().get(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "PASSWORD",
        "fs.s3a.secret.key",
        "fs.s3a.access.key",
        "fs.s3a.session.token",
        "accountKey",
        "credentials",
        "url"
      })
  void secretsAreNotKept(String name) {
    assertThat(remembered(name)).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"versionAsOf", "labels", "mergeSchema", "keyspace", "urlEncoded", "dbtable"})
  void otherOptionsAre(String name) {
    assertThat(remembered(name)).isEqualTo("value");
  }
}
