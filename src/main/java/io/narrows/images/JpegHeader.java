package io.narrows.images;

/**
 * What a JPEG file says of itself before its pixels.
 *
 * @param lossless whether it is of the lossless kind (marker SOF3), which the JDK does not read
 * @param height rows; 0 where the header ends before it says
 * @param width columns
 * @param components 1 for grey, 3 for colour, 4 for CMYK and YCCK
 * @param adobe whether Adobe's marker stands in it, whose programs store inks inverted
 * @param ycck whether four components are luma, two chromas and black
 */
record JpegHeader(
    boolean lossless, int height, int width, int components, boolean adobe, boolean ycck) {

  private static final int SOF0 = 0xc0;
  private static final int SOF3 = 0xc3;
  private static final int SOF15 = 0xcf;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int APP14 = 0xee;

  /** Whether a file begins as JPEG files do. */
  static boolean isJpeg(byte[] file) {
    return file.length > 3 && at(file, 0) == 0xff && at(file, 1) == 0xd8 && at(file, 2) == 0xff;
  }

  /** Reads the segments up to the frame header (ITU-T T.81, annex B). */
  static JpegHeader read(byte[] file) {
    boolean adobe = false;
    boolean ycck = false;
    int at = 2;
    while (at + 9 < file.length && at(file, at) == 0xff) {
      int marker = at(file, at + 1);
      if (marker == 0xff) { // fill byte
        at++;
        continue;
      }
      if (isFrame(marker)) {
        return new JpegHeader(
            marker == SOF3,
            number(file, at + 5),
            number(file, at + 7),
            at(file, at + 9),
            adobe,
            ycck);
      }
      if (marker == APP14 && at + 15 < file.length && isAdobe(file, at + 4)) {
        adobe = true;
        ycck = at(file, at + 15) == 2;
      }
      at += 2 + number(file, at + 2);
    }
    return new JpegHeader(false, 0, 0, 0, adobe, ycck);
  }

  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }

  private static boolean isAdobe(byte[] file, int at) {
    return file[at] == 'A' && file[at + 1] == 'd' && file[at + 2] == 'o' && file[at + 3] == 'b';
  }

  private static int number(byte[] file, int index) {
    return at(file, index) << 8 | at(file, index + 1);
  }

  private static int at(byte[] file, int index) {
    return file[index] & 0xff;
  }
}
