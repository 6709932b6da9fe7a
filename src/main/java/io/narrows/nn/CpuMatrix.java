package io.narrows.nn;

import org.bytedeco.javacpp.FloatPointer;

/** A view on a {@link CpuBuffer} with its native address prepared. */
final class CpuMatrix extends Matrix {
  final CpuBuffer buffer;
  private final FloatPointer pointer;
  private final boolean wholeBuffer;
  private float[] scratch = new float[0];

  CpuMatrix(CpuBuffer buffer, int offset, int rows, int columns) {
    super(buffer, offset, rows, columns);
    this.buffer = buffer;
    pointer = new FloatPointer(buffer.pointer()).position(offset);
    wholeBuffer = offset == 0 && rows * columns == buffer.length();
  }

  FloatPointer nativeToRead() {
    buffer.readNative();
    return pointer;
  }

  /**
   * A view of the whole buffer may be overwritten unread: rows behind the batch hold nothing that
   * is read again.
   */
  FloatPointer nativeToOverwrite() {
    if (wholeBuffer) {
      buffer.overwriteNative();
    } else {
      buffer.changeNative();
    }
    return pointer;
  }

  /** Room for at least {@code length} values that live until the next call. */
  float[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new float[length];
    }
    return scratch;
  }

  float[] heapToOverwrite() {
    return wholeBuffer ? buffer.heapToOverwrite() : buffer.heapToChange();
  }
}
