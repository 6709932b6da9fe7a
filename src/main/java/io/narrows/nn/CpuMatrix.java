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

  /** The heap side of a matrix that begins at the start of its buffer, for reading. */
  float[] activations() {
    checkAtStart();
    return buffer.heap();
  }

  /** As {@link #activations}, for changing. */
  float[] activationsToChange() {
    checkAtStart();
    return buffer.heapToChange();
  }

  /** As {@link #activations}, for overwriting every row that will be read again. */
  float[] activationsToOverwrite() {
    checkAtStart();
    return heapToOverwrite();
  }

  private void checkAtStart() {
    if (offset() != 0) {
      throw new IllegalArgumentException("activations must begin at the start of their buffer");
    }
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
