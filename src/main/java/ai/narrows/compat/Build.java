package ai.narrows.compat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which Narrows this is, as Maven has built it.
 *
 * @param version such as 0.1.0
 * @param scala the version of Scala that it is for, such as 2.13
 */
public record Build(String version, String scala) {
  private static final Build HERE = read();

  /** This one. */
  public static Build here() {
    return HERE;
  }

  private static Build read() {
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return new Build(properties.getProperty("version"), properties.getProperty("scala"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
