package ai.narrows.ml.summary;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How a job has read the images of an {@link ImageSource}. What has its default is empty.
 *
 * @param options of the data source, in the order of their names; values that may be secrets are
 *     {@code ***}
 * @param imageCol column with the images
 * @param idCol column that names a row
 * @param labelCol column with the class of an image
 * @param mode what became of images that could not be read, such as {@code PERMISSIVE}
 */
public record ImageReading(
    Map<String, String> options, String imageCol, String idCol, String labelCol, String mode)
    implements Serializable {
  /** Everything as it is by default, or unknown. */
  public static final ImageReading DEFAULT = new ImageReading(Map.of(), "", "", "", "");

  /** Names of options that have passwords or keys as values, of a connection's URL at times. */
  private static final Pattern SECRET =
      Pattern.compile("(?i)secret|password|passphrase|token|credential|signature|key$|url$");

  public ImageReading {
    TreeMap<String, String> shown = new TreeMap<>(options); // one order, whichever JVM writes it
    shown.replaceAll((name, value) -> SECRET.matcher(name).find() ? "***" : value);
    options = Collections.unmodifiableMap(shown);
  }
}
