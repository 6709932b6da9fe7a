package ai.narrows.images.decode;

import ai.narrows.images.InputException;
import java.util.Locale;
import java.util.Optional;

/**
 * What a JPEG file says of itself before its pixels.
 *
 * @param frame marker of its frame header, which says how it is coded
 * @param bits of a sample
 * @param height rows
 * @param width columns
 * @param components 1 for grey, 3 for colour, 4 for CMYK and YCCK
 * @param ids of the components, one byte each, the first one highest
 * @param sampling factors of the components, likewise: horizontal in the upper four bits of each
 * @param jfif whether JFIF's marker stands in it
 * @param adobe the transform that Adobe's marker says; -1 without that marker
 */
record JpegHeader(
    int frame,
    int bits,
    int height,
    int width,
    int components,
    int ids,
    int sampling,
    boolean jfif,
    int adobe) {

  private static final int SOF0 = 0xc0;
  private static final int SOF2 = 0xc2;
  private static final int SOF3 = 0xc3;
  private static final int SOF9 = 0xc9;
  private static final int SOF11 = 0xcb;
  private static final int SOF15 = 0xcf;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int RST0 = 0xd0;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  static final int SOS = 0xda;
  static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  static final int APP15 = 0xef;
  static final int COM = 0xfe;

  private static final int TRANSFORMED = 1;
  private static final int YCCK = 2;

  /** Whether a file begins as JPEG files do. */
  static boolean isJpeg(byte[] file) {
    return file.length > 3 && at(file, 0) == 0xff && at(file, 1) == SOI && at(file, 2) == 0xff;
  }

  /**
   * Reads the segments up to the frame header (ITU-T T.81, annex B).
   *
   * @param file a file, or its beginning
   * @return empty where it ends before the frame header does
   * @throws InputException if there is no frame header, or one of a kind that is not read; the
   *     message goes on from the file's name
   */
  static Optional<JpegHeader> read(byte[] file) {
    boolean jfif = false;
    int adobe = -1;
    int at = segment(file, 2);
    while (at + 4 <= file.length) {
      int marker = at(file, at + 1);
      if (marker == EOI || marker == SOS) {
        throw new InputException("is a JPEG without a frame header");
      }
      if (isFrame(marker)) {
        return frame(file, at, jfif, adobe);
      }
      jfif |= marker == APP0 && begins(file, at + 4, "JFIF\0");
      if (marker == APP14 && at + 15 < file.length && begins(file, at + 4, "Adobe")) {
        adobe = at(file, at + 15);
      }
      at = segment(file, end(file, at));
    }
    return Optional.empty();
  }

  private static Optional<JpegHeader> frame(byte[] file, int at, boolean jfif, int adobe) {
    int marker = at(file, at + 1);
    if (at + 10 > file.length || at + 10 + 3 * at(file, at + 9) > file.length) {
      return Optional.empty();
    }
    int ids = 0;
    int sampling = 0;
    int components = at(file, at + 9);
    for (int i = 0; i < components && components <= 4; i++) {
      ids = ids << 8 | at(file, at + 10 + 3 * i);
      sampling = sampling << 8 | at(file, at + 11 + 3 * i);
    }
    JpegHeader header =
        new JpegHeader(
            marker,
            at(file, at + 4),
            number(file, at + 5),
            number(file, at + 7),
            components,
            ids,
            sampling,
            jfif,
            adobe);
    header.check();
    return Optional.of(header);
  }

  private void check() {
    if (frame >= SOF9 && frame <= SOF11) {
      throw new InputException(
          "is a JPEG with arithmetic coding, but must have Huffman coding: save it again");
    }
    if (frame > SOF3) {
      throw new InputException("is a hierarchical JPEG, but must be a plain one: save it again");
    }
    if (bits != 8 && !lossless()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "is a JPEG with %d bits per sample, but must have 8: save it again",
              bits));
    }
    if (height == 0) {
      throw new InputException(
          "is a JPEG that gives its height after its pixels (DNL), but must give it before:"
              + " save it again");
    }
    if (components != 1 && components != 3 && components != 4) {
      throw new InputException(
          String.format(
              Locale.ROOT, "is a JPEG with %d components, but must have 1, 3 or 4", components));
    }
  }

  /** Where the next segment begins: padding and what does not belong there is skipped. */
  static int segment(byte[] file, int from) {
    int at = from;
    while (at + 1 < file.length && (at(file, at) != 0xff || isNone(at(file, at + 1)))) {
      at++;
    }
    return at;
  }

  /** What stands after 0xff but begins no segment. */
  private static boolean isNone(int marker) {
    return marker == 0xff || marker <= 1 || (marker >= RST0 && marker <= SOI);
  }

  /** Where a segment ends. */
  static int end(byte[] file, int at) {
    return at + 2 + Math.max(2, number(file, at + 2));
  }

  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }

  private static boolean begins(byte[] file, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (at + i >= file.length || file[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] file, int index) {
    return at(file, index) << 8 | at(file, index + 1);
  }

  static int at(byte[] file, int index) {
    return file[index] & 0xff;
  }

  /** Whether it is of the lossless kind, which the JDK does not read. */
  boolean lossless() {
    return frame == SOF3;
  }

  /** Whether its pixels come in several scans, each finer than the one before. */
  boolean progressive() {
    return frame == SOF2;
  }

  /** Whether four components are luma, two chromas and black. */
  boolean ycck() {
    return adobe == TRANSFORMED || adobe == YCCK;
  }

  /** Whether Adobe's marker stands in it, whose programs store inks inverted. */
  boolean inverted() {
    return adobe >= 0;
  }

  /** Whether three components are red, green and blue, by libjpeg's rules. */
  boolean rgb() {
    if (jfif) {
      return false;
    }
    return adobe >= 0 ? adobe == 0 : ids == ('R' << 16 | 'G' << 8 | 'B');
  }

  /** Whether a component has all columns and half of the rows. */
  boolean halfRows(int component) {
    int across = 0;
    int down = 0;
    for (int i = 0; i < components; i++) {
      across = Math.max(across, factors(i) >> 4);
      down = Math.max(down, factors(i) & 0xf);
    }
    int own = factors(component);
    return own >> 4 == across && 2 * (own & 0xf) == down;
  }

  private int factors(int component) {
    return (sampling >> (8 * (components - 1 - component))) & 0xff;
  }
}
