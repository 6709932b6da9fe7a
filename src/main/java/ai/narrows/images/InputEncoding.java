package ai.narrows.images;

import ai.narrows.message.Message;
import java.util.Locale;

/** What the bytes of a binary column are. */
public enum InputEncoding {
  /** An image file, in any format that {@code imagefolder} reads. */
  ENCODED,
  /** The pixels themselves: uint8, [height, width, channels], colours blue, green, red. */
  RAW;

  /**
   * The encoding of a name: {@code encoded} or {@code raw}.
   *
   * @throws InputException if the name is neither
   */
  public static InputEncoding of(String name) {
    for (InputEncoding encoding : values()) {
      if (encoding.toString().equals(name)) {
        return encoding;
      }
    }
    throw new InputException(Message.rule("inputEncoding", "must be one of encoded, raw", name));
  }

  /** The name that users give. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
