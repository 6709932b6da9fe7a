package ai.narrows.nn.kernels;

import org.bytedeco.javacpp.FloatPointer;

/** A view on a {@link CpuBuffer} with its address prepared. */
final class CpuMatrix extends Matrix {
  private final CpuBuffer buffer;
  private final FloatPointer pointer;
  private final FloatPointer inside; // is moved

  CpuMatrix(CpuBuffer buffer, int offset, int rows, int columns) {
    super(buffer, offset, rows, columns);
    this.buffer = buffer;
    pointer = new FloatPointer(buffer.pointer()).position(offset);
    inside = new FloatPointer(buffer.pointer());
  }

  /** The address of the first value, for reading. */
  FloatPointer read() {
    buffer.readNative();
    return pointer;
  }

  /** The address of the value {@code at}, for reading, until the next is asked for. */
  FloatPointer read(int at) {
    buffer.readNative();
    return inside.position(offset() + at);
  }

  /** The address of the value {@code at}, for writing, until the next is asked for. */
  FloatPointer write(int at) {
    buffer.changeNative();
    return inside.position(offset() + at);
  }

  /** The address of the first value, for writing. */
  FloatPointer write() {
    buffer.changeNative();
    return pointer;
  }

  /** Copies {@code length} values from the matrix's value {@code at} on to the start of a strip. */
  void get(int at, float[] strip, int length) {
    buffer.get(offset() + at, strip, 0, length);
  }

  /**
   * Copies the first {@code length} values of a strip in, from the matrix's value {@code at} on.
   */
  void put(int at, float[] strip, int length) {
    buffer.put(offset() + at, strip, 0, length);
  }

  /** Copies values into a whole row. */
  void putRow(int row, float[] source, int from) {
    buffer.put(offset() + row * columns(), source, from, columns());
  }
}
