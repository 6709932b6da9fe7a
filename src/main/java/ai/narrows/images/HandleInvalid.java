package ai.narrows.images;

import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.message.Message;
import java.util.Locale;

/**
 * What becomes of rows whose image cannot be read: those that {@link PixelColumn} answers with an
 * {@link InvalidImageException}.
 */
public enum HandleInvalid {
  /** They are an error that names the row. */
  ERROR,
  /** They are left out. */
  SKIP,
  /** They stay, with null for whatever would be computed. */
  KEEP;

  /**
   * The choice of a name: {@code error}, {@code skip} or {@code keep}.
   *
   * @throws InputException if the name is none of them
   */
  public static HandleInvalid of(String name) {
    for (HandleInvalid choice : values()) {
      if (choice.toString().equals(name)) {
        return choice;
      }
    }
    throw new InputException(Message.rule("handleInvalid", "must be error, skip or keep", name));
  }

  /** The name that users give. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
