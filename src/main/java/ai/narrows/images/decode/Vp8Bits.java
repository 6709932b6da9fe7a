package ai.narrows.images.decode;

import ai.narrows.images.InputException;

/**
 * The arithmetic decoder of VP8 (RFC 6386, section 7). Reading past the end is an error, and no
 * zeros.
 */
final class Vp8Bits {

  private final byte[] file;
  private final int end;
  private int at;
  private int range = 255;
  private int value; // below range << bits
  private int bits = -8; // that are read beyond the eight of the range

  /**
   * @param from the first byte
   * @param end the one after the last
   */
  Vp8Bits(byte[] file, int from, int end) {
    this.file = file;
    this.at = from;
    this.end = end;
  }

  /** The next decision, 0 or 1. */
  int bit(int probabilityOfZero) {
    if (bits < 0) {
      load();
    }
    int split = 1 + (((range - 1) * probabilityOfZero) >> 8);
    int bit;
    if (value >>> bits >= split) {
      value -= split << bits;
      range -= split;
      bit = 1;
    } else {
      range = split;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    bits -= shift;
    return bit;
  }

  private void load() {
    if (at >= end) {
      throw new InputException("cannot be decoded: its VP8 data end too early");
    }
    value = (value << 8) | (file[at++] & 0xff);
    bits += 8;
    if (at < end) {
      value = (value << 8) | (file[at++] & 0xff);
      bits += 8;
    }
  }

  boolean flag() {
    return bit(128) == 1;
  }

  /** An unsigned number. */
  int number(int length) {
    int number = 0;
    for (int i = 0; i < length; i++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** A number, then its sign. */
  int signed(int length) {
    int number = number(length);
    return flag() ? -number : number;
  }

  /** A signed number where a flag says that there is one, otherwise 0. */
  int optional(int length) {
    return flag() ? signed(length) : 0;
  }
}
