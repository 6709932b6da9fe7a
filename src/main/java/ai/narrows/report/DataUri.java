package ai.narrows.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/** Pictures inside a page. */
final class DataUri {
  private DataUri() {}

  /** A picture as it is. */
  static String of(BufferedImage picture) {
    try {
      return "data:image/png;base64,"
          + Base64.getEncoder().encodeToString(PngFiles.encode(picture));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory: it cannot happen
    }
  }

  /**
   * A picture made smaller where its longer side is longer than that.
   *
   * @param longest in pixels
   */
  static String of(BufferedImage picture, int longest) {
    int longer = Math.max(picture.getWidth(), picture.getHeight());
    if (longer <= longest) {
      return of(picture);
    }
    int width = Math.max(1, picture.getWidth() * longest / longer);
    int height = Math.max(1, picture.getHeight() * longest / longer);
    BufferedImage small = new BufferedImage(width, height, picture.getType());
    Graphics2D pen = small.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    pen.drawImage(picture, 0, 0, width, height, null);
    pen.dispose();
    return of(small);
  }
}
