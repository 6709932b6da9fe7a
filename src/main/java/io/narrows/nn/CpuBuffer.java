package io.narrows.nn;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The same values twice: in a {@code float[]} for the loops that HotSpot vectorises, and outside
 * the heap for BLAS. Two flags say which side is current; the other is brought up to date by a bulk
 * copy when somebody asks for it.
 */
final class CpuBuffer extends Buffer {
  private final float[] heap;
  private final FloatPointer pointer;
  private final FloatBuffer direct;
  private boolean heapCurrent = true;
  private boolean nativeCurrent = true;

  CpuBuffer(int length) {
    super(length);
    heap = new float[length];
    pointer = new FloatPointer(length);
    direct = pointer.asBuffer();
    direct.put(0, heap);
  }

  /** The native side's address; it says nothing about which side is current. */
  FloatPointer pointer() {
    return pointer;
  }

  /** The heap side, current, for reading. */
  float[] heap() {
    if (!heapCurrent) {
      direct.get(0, heap);
      heapCurrent = true;
    }
    return heap;
  }

  /** The heap side, current, for changing some of its values. */
  float[] heapToChange() {
    float[] values = heap();
    nativeCurrent = false;
    return values;
  }

  /** The heap side for overwriting every value that will be read again: nothing is copied. */
  float[] heapToOverwrite() {
    heapCurrent = true;
    nativeCurrent = false;
    return heap;
  }

  /** Makes the native side current, for reading. */
  void readNative() {
    if (!nativeCurrent) {
      direct.put(0, heap);
      nativeCurrent = true;
    }
  }

  /** Makes the native side current, for changing some of its values. */
  void changeNative() {
    readNative();
    heapCurrent = false;
  }

  /** The native side for overwriting every value that will be read again: nothing is copied. */
  void overwriteNative() {
    nativeCurrent = true;
    heapCurrent = false;
  }

  /** Fills the native side, which must be current, with copies of one row. */
  void repeatNative(float[] row, int from, int length, int rows) {
    for (int r = 0; r < rows; r++) {
      direct.put(r * length, row, from, length);
    }
  }

  @Override
  public void close() {
    pointer.close();
  }
}
