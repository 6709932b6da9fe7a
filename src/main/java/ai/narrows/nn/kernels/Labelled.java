package ai.narrows.nn.kernels;

import ai.narrows.message.ParamException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A choice that users make by its name; enums implement it. */
public interface Labelled {

  /** The name users write, such as {@code leakyRelu}. */
  String label();

  /**
   * The choice with this name, in any case.
   *
   * @param what is chosen, for the message
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  static <E extends Enum<E> & Labelled> E of(Class<E> kind, String what, String name) {
    for (E choice : kind.getEnumConstants()) {
      if (choice.label().equalsIgnoreCase(name)) {
        return choice;
      }
    }
    throw new ParamException(what, "must be one of " + names(kind), name);
  }

  /** All names, separated by commas. */
  static <E extends Enum<E> & Labelled> String names(Class<E> kind) {
    return Arrays.stream(kind.getEnumConstants())
        .map(Labelled::label)
        .collect(Collectors.joining(", "));
  }
}
