package io.narrows.report;

import io.narrows.images.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Pictures as PNG files on any of Hadoop's file systems. */
public final class PngFiles {

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
    return png.toByteArray();
  }

  private static InputException exists(Path file) {
    return new InputException(file + " exists already; it is overwritten only when asked for");
  }
}
