package ai.narrows.nn.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Values that live outside the heap for BLAS, in a {@code float[]} for loops that HotSpot
 * vectorises, or in both. A side comes into being when it is first asked for; two flags say which
 * is current, and the other is brought up to date by a bulk copy when somebody needs it.
 *
 * <p>Short-lived values (activations) stay outside the heap, and loops take them a {@link Strip} at
 * a time. What the updaters go over (parameters, gradient, their state) is as large as the network,
 * and there one loop over whole arrays beats strips, which make the processor's prefetching start
 * anew every few KiB.
 */
final class CpuBuffer extends Buffer {
  private float[] heap;
  private FloatPointer pointer;
  private FloatBuffer direct;
  private boolean heapCurrent;
  private boolean nativeCurrent;

  CpuBuffer(int length) {
    super(length);
  }

  /** The address outside the heap, the same for good; it says nothing about what is current. */
  FloatPointer pointer() {
    if (pointer == null) {
      pointer = new FloatPointer(length());
      direct = pointer.asBuffer();
    }
    return pointer;
  }

  /** All values on the heap, current, for reading. */
  float[] heap() {
    if (heap == null) {
      heap = new float[length()];
    }
    if (!heapCurrent) {
      if (nativeCurrent) {
        direct.get(0, heap);
      }
      heapCurrent = true;
    }
    return heap;
  }

  /** All values on the heap, current, for changing. */
  float[] heapToChange() {
    float[] values = heap();
    nativeCurrent = false;
    return values;
  }

  /**
   * All values on the heap, current, for changing a range of them. A part of the values leaves the
   * flags as they are, since other threads may change other parts; {@link #changedOnHeap} then
   * brings the other side up to date.
   */
  float[] changeOnHeap(Range range) {
    return range.isAllOf(this) ? heapToChange() : heap();
  }

  /** To be called when {@link #changeOnHeap}'s values are changed. */
  void changedOnHeap(Range range) {
    if (nativeCurrent && !range.isAllOf(this)) {
      direct.put(range.from(), heap, range.from(), range.length());
    }
  }

  /** Makes the values outside the heap current, for reading. */
  void readNative() {
    if (!nativeCurrent) {
      pointer();
      if (heapCurrent) {
        direct.put(0, heap);
      } else {
        pointer.zero();
      }
      nativeCurrent = true;
    }
  }

  /** Makes the values outside the heap current, for changing some of them. */
  void changeNative() {
    readNative();
    heapCurrent = false;
  }

  /** Copies {@code length} values from {@code at} on out, from whichever side is current. */
  void get(int at, float[] target, int to, int length) {
    if (nativeCurrent) {
      direct.get(at, target, to, length);
    } else if (heapCurrent) {
      System.arraycopy(heap, at, target, to, length);
    } else {
      Arrays.fill(target, to, to + length, 0f);
    }
  }

  /** Copies {@code length} values in, from {@code at} on. */
  void put(int at, float[] source, int from, int length) {
    if (pointer == null || (heapCurrent && !nativeCurrent)) {
      System.arraycopy(source, from, heapToChange(), at, length);
    } else {
      changeNative();
      direct.put(at, source, from, length);
    }
  }

  @Override
  public void close() {
    if (pointer != null) {
      pointer.close();
    }
  }
}
