package ai.narrows.tensors;

import ai.narrows.json.StrictJson;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a {@link TensorFile} that a stranger may have written. The header is checked as a whole
 * before anything is allocated for values, and nothing that the file says of itself is allocated
 * that is not in it. All errors are an {@link IllegalArgumentException}, but for those of the
 * stream.
 */
public final class TensorReader {
  /** The longest header that is read: some 8,000 tensors. */
  static final int MOST_HEADER_BYTES = 1 << 20;

  private final InputStream in; // behind the header
  private final List<Tensor> tensors; // as their values follow each other

  private TensorReader(InputStream in, List<Tensor> tensors) {
    this.in = in;
    this.tensors = tensors;
  }

  /**
   * Reads and checks the header.
   *
   * @param in at the beginning of the file; closed by its owner
   * @param length of the file, in bytes
   * @throws IllegalArgumentException if it is no such file; the message goes on from its name
   */
  public static TensorReader open(InputStream in, long length) throws IOException {
    if (length < Long.BYTES) {
      throw wrong("has %d bytes, which are too few for a header", length);
    }
    ByteBuffer first = ByteBuffer.wrap(in.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    if (first.remaining() < Long.BYTES) {
      throw wrong("has less than its %d bytes", length);
    }
    long headerLength = first.getLong();
    if (headerLength < 2 || headerLength > MOST_HEADER_BYTES) {
      throw wrong(
          "must have a header of 2 to %d bytes, but it says %s",
          MOST_HEADER_BYTES, Long.toUnsignedString(headerLength));
    }
    long values = length - Long.BYTES - headerLength;
    if (values < 0) {
      throw wrong("has %d bytes, but its header says that it has %d", length, headerLength);
    }
    byte[] header = in.readNBytes((int) headerLength);
    if (header.length < headerLength) {
      throw wrong("has less than its %d bytes", length);
    }
    return new TensorReader(in, tensors(header, values));
  }

  /** The tensors of a header, in the order of their values, which fill the file. */
  private static List<Tensor> tensors(byte[] header, long bytes) {
    JsonNode json =
        StrictJson.plain().parse(new String(header, StandardCharsets.UTF_8), "has a header that");
    if (!json.isObject()) {
      throw wrong("must have an object as its header, but has something else");
    }
    Map<Tensor, Long> starts = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals(Tensor.RESERVED)) {
        checkTexts(field.getValue());
      } else {
        TensorFile.Entry entry = entry(field.getKey(), field.getValue());
        starts.put(tensor(field.getKey(), entry), entry.data_offsets().get(0));
      }
    }
    List<Tensor> tensors = new ArrayList<>(starts.keySet());
    tensors.sort(Comparator.comparing(starts::get));
    long end = 0;
    for (Tensor tensor : tensors) {
      if (starts.get(tensor) != end) {
        throw wrong(
            "has tensor %s at byte %d, where byte %d follows",
            tensor.name(), starts.get(tensor), end);
      }
      end += (long) tensor.count() * Float.BYTES;
    }
    if (end != bytes) {
      throw wrong("has %d bytes of values, but its tensors have %d", bytes, end);
    }
    return Collections.unmodifiableList(tensors);
  }

  private static void checkTexts(JsonNode metadata) {
    boolean texts = metadata.isObject();
    for (JsonNode value : metadata) {
      texts &= value.isTextual();
    }
    if (!texts) {
      throw wrong("must have texts in %s, but has something else", Tensor.RESERVED);
    }
  }

  private static TensorFile.Entry entry(String name, JsonNode json) {
    try {
      return StrictJson.plain().bind(json, TensorFile.Entry.class);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has tensor " + name + ", of which " + e.getMessage(), e);
    }
  }

  private static Tensor tensor(String name, TensorFile.Entry entry) {
    if (!entry.dtype().equals(TensorFile.TYPE)) {
      throw wrong("has tensor %s of %s, where only F32 is read", name, entry.dtype());
    }
    List<Long> offsets = entry.data_offsets();
    if (offsets.size() != 2 || offsets.get(0) < 0 || offsets.get(1) < offsets.get(0)) {
      throw wrong("has tensor %s at %s, which is no stretch of a file", name, offsets);
    }
    Tensor tensor;
    long count;
    try {
      tensor = new Tensor(name, entry.shape());
      count = tensor.count();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has a wrong tensor: " + e.getMessage(), e);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "has tensor %s of %s, which is more than %d values",
              name,
              entry.shape(),
              Integer.MAX_VALUE),
          e);
    }
    if (offsets.get(1) - offsets.get(0) != count * Float.BYTES) {
      throw wrong(
          "has tensor %s of %s in %d bytes", name, entry.shape(), offsets.get(1) - offsets.get(0));
    }
    return tensor;
  }

  /** What the file holds, in the order of its values. */
  public List<Tensor> tensors() {
    return tensors;
  }

  /**
   * Checks that the file holds these tensors, in whatever order, and no other.
   *
   * @throws IllegalArgumentException if not; the message goes on from its name
   */
  public void require(List<Tensor> expected) {
    Map<String, Tensor> found = new HashMap<>();
    tensors.forEach(tensor -> found.put(tensor.name(), tensor));
    for (Tensor tensor : expected) {
      Tensor there = found.remove(tensor.name());
      if (there == null) {
        throw wrong("has no tensor %s", tensor.name());
      }
      if (!there.equals(tensor)) {
        throw wrong(
            "has tensor %s of %s, where %s belongs", tensor.name(), there.shape(), tensor.shape());
      }
    }
    if (!found.isEmpty()) {
      throw wrong("has tensor %s, which does not belong there", Collections.min(found.keySet()));
    }
  }

  /**
   * Reads all values, once.
   *
   * @param targets where those of every tensor go, in whatever order
   */
  public void read(List<TensorValues> targets) throws IOException {
    require(targets.stream().map(TensorValues::tensor).toList());
    Map<String, TensorValues> byName = new HashMap<>();
    targets.forEach(target -> byName.put(target.tensor().name(), target));
    byte[] chunk = new byte[TensorFile.CHUNK_BYTES];
    int step = TensorFile.CHUNK_BYTES / Float.BYTES;
    DataInputStream data = new DataInputStream(in);
    for (Tensor tensor : tensors) {
      TensorValues target = byName.get(tensor.name());
      for (int from = 0; from < tensor.count(); from += step) {
        int n = Math.min(step, tensor.count() - from);
        data.readFully(chunk, 0, n * Float.BYTES);
        ByteBuffer.wrap(chunk)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(target.values(), target.offset() + from, n);
      }
    }
  }

  private static IllegalArgumentException wrong(String message, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, message, values));
  }
}
