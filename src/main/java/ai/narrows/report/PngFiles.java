package ai.narrows.report;

import ai.narrows.images.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Pictures as PNG files on any of Hadoop's file systems. */
public final class PngFiles {

  /** Bytes of a PNG file's mark and its first chunk. */
  private static final int HEADER = 33;

  private static final String SIGNATURE = "Software\0Narrows";

  private PngFiles() {}

  /**
   * Writes a picture into a new file; missing directories are made.
   *
   * @throws InputException if the file exists
   * @throws IOException if it cannot be written
   */
  public static void create(BufferedImage picture, Path file, Configuration conf)
      throws IOException {
    FileSystem fs = file.getFileSystem(conf);
    if (fs.exists(file)) {
      throw exists(file);
    }
    byte[] png = encode(picture);
    try (OutputStream out = fs.create(file, false)) {
      out.write(png);
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    }
  }

  /**
   * Writes a picture, in place of a file of this name if there is one.
   *
   * @throws IOException if it cannot be written
   */
  public static void replace(BufferedImage picture, Path file, Configuration conf)
      throws IOException {
    byte[] png = encode(picture);
    try (OutputStream out = file.getFileSystem(conf).create(file, true)) {
      out.write(png);
    }
  }

  /** A picture as the bytes of a PNG file, for example to put it into a page. */
  public static byte[] encode(BufferedImage picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalArgumentException(
            "PNG cannot hold a picture of type " + picture.getType());
      }
    }
    return signed(png.toByteArray());
  }

  /** With the name of this program behind the header (PNG 1.2, section 4.2.3: tEXt). */
  private static byte[] signed(byte[] png) {
    byte[] chunk = ("tEXt" + SIGNATURE).getBytes(StandardCharsets.ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(chunk);
    return ByteBuffer.allocate(png.length + chunk.length + 2 * Integer.BYTES)
        .put(png, 0, HEADER)
        .putInt(chunk.length - "tEXt".length())
        .put(chunk)
        .putInt((int) checksum.getValue())
        .put(png, HEADER, png.length - HEADER)
        .array();
  }

  /**
   * Whether a file is a picture that this class has encoded.
   *
   * @throws IOException if it cannot be read
   */
  public static boolean isOurs(FileSystem fs, Path file) throws IOException {
    int length = HEADER + Integer.BYTES + "tEXt".length() + SIGNATURE.length();
    try (InputStream in = fs.open(file)) {
      return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1)
          .endsWith("tEXt" + SIGNATURE);
    }
  }

  private static InputException exists(Path file) {
    return new InputException(file + " exists already; it is overwritten only when asked for");
  }
}
