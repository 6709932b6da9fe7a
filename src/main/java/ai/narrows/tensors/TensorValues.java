package ai.narrows.tensors;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A tensor with its values: a run of an array, which is not copied.
 *
 * @param tensor name and shape
 * @param values the array
 * @param offset where the tensor's values begin in it
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
public record TensorValues(Tensor tensor, float[] values, int offset) {

  public TensorValues {
    if (offset < 0 || offset > values.length - tensor.count()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "tensor %s does not fit an array of %d values at %d",
              tensor,
              values.length,
              offset));
    }
  }

  /**
   * Tensors that stand one after the other.
   *
   * @param values [as many as all tensors have]
   */
  public static List<TensorValues> of(List<Tensor> tensors, float[] values) {
    List<TensorValues> all = new ArrayList<>();
    int offset = 0;
    for (Tensor tensor : tensors) {
      all.add(new TensorValues(tensor, values, offset));
      offset += tensor.count();
    }
    if (offset != values.length) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d values, but the tensors have %d", values.length, offset));
    }
    return all;
  }
}
