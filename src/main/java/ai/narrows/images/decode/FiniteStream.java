package ai.narrows.images.decode;

import ai.narrows.images.InputException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes for a reader that takes zeros for what is missing: it may ask a few times for more at their
 * end, as it does in sound files, but not on and on.
 */
final class FiniteStream extends ImageInputStreamImpl {

  private static final int MOST = 4096;

  private final byte[] bytes;
  private int beyond;

  FiniteStream(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return end();
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] out, int from, int length) {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return length == 0 ? 0 : end();
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, out, from, count);
    streamPos += count;
    return count;
  }

  private int end() {
    beyond++;
    if (beyond > MOST) {
      throw new InputException("cannot be decoded: its data end too early");
    }
    return -1;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
