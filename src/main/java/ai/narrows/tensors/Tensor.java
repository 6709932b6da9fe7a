package ai.narrows.tensors;

import java.io.Serializable;
import java.util.List;

/**
 * The name and the shape of some float32 values, which stand row by row: the last index is the one
 * that changes first.
 *
 * @param name such as {@code encoder.0.weight}: 1 to 200 printable characters
 * @param shape sizes of its dimensions, each at least 1; empty for a single value
 */
public record Tensor(String name, List<Integer> shape) implements Serializable {
  private static final int LONGEST_NAME = 200;
  private static final int MOST_DIMENSIONS = 8;

  /** Whose values would be the file's own texts. */
  static final String RESERVED = "__metadata__";

  public Tensor {
    shape = List.copyOf(shape);
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || name.equals(RESERVED)
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a tensor's name must have 1 to 200 characters, none of them control, but is '"
              + name
              + "'");
    }
    if (shape.size() > MOST_DIMENSIONS || shape.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + " must have at most 8 dimensions, each at least 1, but its shape is "
              + shape);
    }
  }

  /** With these sizes. */
  public static Tensor of(String name, Integer... shape) {
    return new Tensor(name, List.of(shape));
  }

  /** The same below a name, with a dot between. */
  public Tensor in(String group) {
    return new Tensor(group + "." + name, shape);
  }

  /**
   * Number of its values.
   *
   * @throws ArithmeticException if that is more than an array can have
   */
  public int count() {
    int count = 1;
    for (int size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /**
   * Number of the values of several.
   *
   * @throws ArithmeticException if that is more than an array can have
   */
  public static int count(List<Tensor> tensors) {
    int count = 0;
    for (Tensor tensor : tensors) {
      count = Math.addExact(count, tensor.count());
    }
    return count;
  }
}
