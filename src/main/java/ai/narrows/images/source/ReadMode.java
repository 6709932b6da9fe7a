package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.util.Arrays;
import java.util.Locale;

/** What becomes of image files that cannot be read; the names are those of Spark's CSV and JSON. */
public enum ReadMode {
  /** The read fails and names the file. */
  FAILFAST,
  /** The row is left out. */
  DROPMALFORMED,
  /** The row stays, without an image, and says why. */
  PERMISSIVE;

  /**
   * The mode of a name, in upper or lower case.
   *
   * @throws InputException if there is none
   */
  public static ReadMode of(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "option mode must be FAILFAST, DROPMALFORMED or PERMISSIVE, but is " + name));
  }
}
