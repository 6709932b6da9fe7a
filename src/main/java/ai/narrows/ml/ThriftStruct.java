package ai.narrows.ml;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A struct in Thrift's compact protocol, in which Parquet writes its footers and page headers; its
 * fields by their numbers. No length in it is believed before as many bytes are there, which
 * Parquet's own reader does: 20 bytes make that one ask for an array of 2147483647.
 */
final class ThriftStruct {
  private static final int DEPTH = 16;

  private final Map<Integer, Object> fields = new HashMap<>(4);

  private ThriftStruct() {}

  /**
   * Reads the struct that begins at a buffer's position, and leaves the position behind it.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  static ThriftStruct read(ByteBuffer in) {
    try {
      return struct(in.order(ByteOrder.LITTLE_ENDIAN), 0);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a header in its data file has no end", e);
    }
  }

  private static ThriftStruct struct(ByteBuffer in, int depth) {
    if (depth > DEPTH) {
      throw new IllegalArgumentException("a header in its data file is nested too deeply");
    }
    ThriftStruct struct = new ThriftStruct();
    int id = 0;
    for (int head = in.get(); head != 0; head = in.get()) {
      int delta = head >>> 4 & 0xf;
      id = delta == 0 ? (int) zigzag(in) : id + delta;
      int type = head & 0xf;
      // A boolean field has its value in its type, a boolean in a list has a byte.
      struct.fields.put(id, type == 1 || type == 2 ? type == 1 : value(in, type, depth));
    }
    return struct;
  }

  private static Object value(ByteBuffer in, int type, int depth) {
    return switch (type) {
      case 1, 2, 3 -> (long) in.get();
      case 4, 5, 6 -> zigzag(in);
      case 7 -> in.getDouble();
      case 8 -> {
        byte[] bytes = new byte[count(in)];
        in.get(bytes);
        yield bytes;
      }
      case 9, 10 -> list(in, depth);
      case 12 -> struct(in, depth + 1);
      default -> throw new IllegalArgumentException("a header in its data file has a type " + type);
    };
  }

  private static List<Object> list(ByteBuffer in, int depth) {
    int head = in.get();
    int size = head >>> 4 & 0xf;
    size = size == 0xf ? count(in) : size;
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(value(in, head & 0xf, depth + 1));
    }
    return list;
  }

  /** A number of bytes or elements, of which each takes a byte at least. */
  private static int count(ByteBuffer in) {
    long count = varint(in);
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) count;
  }

  private static long zigzag(ByteBuffer in) {
    long value = varint(in);
    return value >>> 1 ^ -(value & 1);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a header in its data file has a number without end");
  }

  boolean has(int field) {
    return fields.containsKey(field);
  }

  long number(int field) {
    return field(field, Long.class);
  }

  String text(int field) {
    return new String(field(field, byte[].class), StandardCharsets.UTF_8);
  }

  ThriftStruct struct(int field) {
    return field(field, ThriftStruct.class);
  }

  List<ThriftStruct> structs(int field) {
    List<ThriftStruct> structs = new ArrayList<>();
    for (Object element : field(field, List.class)) {
      structs.add(cast(field, element, ThriftStruct.class));
    }
    return structs;
  }

  private <T> T field(int field, Class<T> type) {
    return cast(field, fields.get(field), type);
  }

  private static <T> T cast(int field, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "a header in its data file has no field " + field + " of the right type");
    }
    return type.cast(value);
  }
}
