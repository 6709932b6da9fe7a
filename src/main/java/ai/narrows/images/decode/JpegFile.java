package ai.narrows.images.decode;

import ai.narrows.images.InputException;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A JPEG file, decoded by the JDK's libjpeg. It gets the file without what is no image: profiles,
 * thumbnails and comments. By them Java would choose and convert colours, where libjpeg-turbo and
 * all that builds on it do not.
 */
final class JpegFile {

  /** Says that three components are luma and chroma, and one is grey. */
  private static final byte[] JFIF = {
    (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  private static final int DHT = 0xc4;
  private static final int EOI = 0xd9;

  private JpegFile() {}

  /**
   * Decodes a file.
   *
   * @throws InputException if it is of a kind that is not read, too large or truncated; the message
   *     goes on from the file's name
   */
  static Picture decode(byte[] file, long maxPixels) throws IOException {
    JpegHeader header =
        JpegHeader.read(file)
            .orElseThrow(
                () -> new InputException("cannot be decoded: it ends before its frame header"));
    ImageDecoder.checkPixels(header.height(), header.width(), maxPixels);
    if (!header.lossless()) {
      checkEnd(file, header);
    }
    boolean plain = header.components() == 1 || (header.components() == 3 && !header.rgb());
    byte[] content = header.lossless() ? file : withoutMetadata(file, plain ? JFIF : new byte[0]);
    ImageReader reader = header.lossless() ? ImageReaders.ofLosslessJpeg() : ImageReaders.ofJpeg();
    try (ImageInputStream in = new ByteArrayImageInputStream(content)) {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      Picture picture = decode(reader, header);
      for (String warning : warnings) {
        // libjpeg paints missing pixels grey and goes on.
        if (warning.contains("premature end") || warning.contains("found marker 0xd9 instead")) {
          throw new InputException("cannot be decoded: " + warning);
        }
      }
      return picture;
    } finally {
      reader.dispose();
    }
  }

  /**
   * Makes sure that the last scan has come. What ends between two scans looks whole to libjpeg. The
   * last marker may be missing where all components were in sequential scans.
   */
  private static void checkEnd(byte[] file, JpegHeader header) {
    int length = file.length;
    if (JpegHeader.at(file, length - 2) == 0xff && JpegHeader.at(file, length - 1) == EOI) {
      return;
    }
    int scanned = 0; // components
    int at = JpegHeader.segment(file, 2);
    int data = length; // of the last scan
    while (at + 4 < length && JpegHeader.at(file, at + 1) != EOI) {
      int end = JpegHeader.end(file, at);
      if (JpegHeader.at(file, at + 1) == JpegHeader.SOS) {
        scanned += JpegHeader.at(file, at + 4);
        data = end;
      }
      at = JpegHeader.segment(file, end);
    }
    boolean ended = at + 1 < length && JpegHeader.at(file, at + 1) == EOI;
    boolean whole = !header.progressive() && scanned >= header.components() && data + 2 < length;
    if (!ended && !whole) {
      throw new InputException("cannot be decoded: it ends before its last scan");
    }
  }

  private static Picture decode(ImageReader reader, JpegHeader header) throws IOException {
    if (header.lossless()) {
      return ImageDecoder.asStored(reader);
    }
    if (header.components() == 4) {
      return Inks.ofJpeg(reader.readRaster(0, null), header);
    }
    if (header.components() == 3 && header.rgb()) {
      return JpegColours.ofRgb(reader.readRaster(0, null));
    }
    if (header.components() == 3
        && (header.halfRows(0) || header.halfRows(1) || header.halfRows(2))) {
      return JpegColours.ofHalfRows(reader.readRaster(0, null), header);
    }
    return Samples.of(reader.read(0), false);
  }

  /** A file with other segments of applications, without comments, and with Huffman tables. */
  private static byte[] withoutMetadata(byte[] file, byte[] application) {
    byte[] out = new byte[file.length + application.length + JpegTables.HUFFMAN.length];
    boolean tables = false;
    out[0] = file[0];
    out[1] = file[1];
    System.arraycopy(application, 0, out, 2, application.length);
    int length = 2 + application.length;
    int at = JpegHeader.segment(file, 2);
    while (at + 4 <= file.length && JpegHeader.at(file, at + 1) != JpegHeader.SOS) {
      int marker = JpegHeader.at(file, at + 1);
      int end = Math.min(file.length, JpegHeader.end(file, at));
      boolean kept =
          marker != JpegHeader.COM && (marker < JpegHeader.APP0 || marker > JpegHeader.APP15);
      tables |= marker == DHT;
      if (kept) {
        System.arraycopy(file, at, out, length, end - at);
        length += end - at;
      }
      at = JpegHeader.segment(file, end);
    }
    if (!tables) {
      System.arraycopy(JpegTables.HUFFMAN, 0, out, length, JpegTables.HUFFMAN.length);
      length += JpegTables.HUFFMAN.length;
    }
    int rest = Math.max(0, file.length - at);
    System.arraycopy(file, Math.min(at, file.length), out, length, rest);
    return Arrays.copyOf(out, length + rest);
  }
}
