package ai.narrows.tensors;

import ai.narrows.json.StrictJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of named tensors in the safetensors layout: the length of the header in 8 bytes,
 * little-endian; the header, a JSON object that has for every tensor its type, its shape and where
 * its values begin and end behind the header, with spaces at the end up to a multiple of 8 bytes;
 * then the values, little-endian, one tensor after the other and nothing between.
 */
public final class TensorFile {
  /** Where these files lie in models and checkpoints has this ending. */
  public static final String ENDING = ".safetensors";

  /** The only type that there is. */
  static final String TYPE = "F32";

  /** Bytes that are read or written at once. */
  static final int CHUNK_BYTES = 1 << 20;

  private TensorFile() {}

  /**
   * What a header says of a tensor. The names are those of the format.
   *
   * @param dtype {@code F32}
   * @param data_offsets first byte behind the header, and first byte behind the tensor
   */
  @SuppressWarnings("MemberName")
  record Entry(String dtype, List<Integer> shape, List<Long> data_offsets) {}

  /** Writes a file; the stream stays open. */
  public static void write(OutputStream out, List<TensorValues> tensors) throws IOException {
    byte[] header = header(tensors);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    out.write(header);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int step = CHUNK_BYTES / Float.BYTES;
    for (TensorValues tensor : tensors) {
      int count = tensor.tensor().count();
      for (int from = 0; from < count; from += step) {
        int n = Math.min(step, count - from);
        chunk.asFloatBuffer().put(tensor.values(), tensor.offset() + from, n);
        out.write(chunk.array(), 0, n * Float.BYTES);
      }
    }
  }

  private static byte[] header(List<TensorValues> tensors) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    long offset = 0;
    for (TensorValues values : tensors) {
      Tensor tensor = values.tensor();
      long end = offset + (long) tensor.count() * Float.BYTES;
      if (entries.put(tensor.name(), new Entry(TYPE, tensor.shape(), List.of(offset, end)))
          != null) {
        throw new IllegalArgumentException("there are two tensors " + tensor.name());
      }
      offset = end;
    }
    byte[] json = StrictJson.plain().bytes(entries);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }
}
