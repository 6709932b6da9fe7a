package ai.narrows.nn.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Properties;

/** A library with its version, as Maven has noted it in the library's jar. */
final class Artifact {
  private Artifact() {}

  /**
   * Such as {@code oneDNN 2.5.2-1.5.7}; the name alone where nothing is noted.
   *
   * @param name for people
   */
  static String of(String name, String group, String artifact) {
    String file =
        String.format(Locale.ROOT, "/META-INF/maven/%s/%s/pom.properties", group, artifact);
    Properties noted = new Properties();
    try (InputStream in = Artifact.class.getResourceAsStream(file)) {
      if (in != null) {
        noted.load(in);
      }
    } catch (IOException e) {
      return name; // no reason to stop a training
    }
    return (name + " " + noted.getProperty("version", "")).strip();
  }
}
