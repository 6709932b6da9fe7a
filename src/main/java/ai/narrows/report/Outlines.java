package ai.narrows.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Lines around regions: red on white, so that they show on any picture. */
final class Outlines {
  private static final Color LINE = new Color(0xe0, 0x20, 0x20);
  private static final Color BEHIND = new Color(0xff, 0xff, 0xff, 0xa0);
  private static final float WIDTH = 1.5f; // pixels

  private Outlines() {}

  /**
   * Draws them.
   *
   * @param outlines x and y of each corner
   * @param left where the picture lies that they belong to
   * @param top likewise
   * @param factor by which it is enlarged
   */
  static void draw(Graphics2D pen, List<double[]> outlines, int left, int top, double factor) {
    Path2D.Double path = new Path2D.Double();
    for (double[] corners : outlines) {
      for (int i = 0; i < corners.length; i += 2) {
        double x = left + factor * corners[i];
        double y = top + factor * corners[i + 1];
        if (i == 0) {
          path.moveTo(x, y);
        } else {
          path.lineTo(x, y);
        }
      }
      path.closePath();
    }
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setColor(BEHIND);
    pen.setStroke(new BasicStroke(2 * WIDTH));
    pen.draw(path);
    pen.setColor(LINE);
    pen.setStroke(new BasicStroke(WIDTH));
    pen.draw(path);
  }

  /**
   * A picture with outlines on it, as it is where there are none.
   *
   * @param longest pixels of its longer side: it is made smaller or, by a whole factor, larger
   */
  static BufferedImage on(BufferedImage picture, List<double[]> outlines, int longest) {
    if (outlines.isEmpty()) {
      return picture;
    }
    int longer = Math.max(picture.getWidth(), picture.getHeight());
    double factor = longer > longest ? (double) longest / longer : Math.max(1, longest / longer);
    int width = (int) Math.max(1, picture.getWidth() * factor);
    int height = (int) Math.max(1, picture.getHeight() * factor);
    BufferedImage page = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    if (factor >= 1) {
      ContactSheet.enlarge(picture, page, 0, 0, (int) factor);
    } else {
      BufferedImage colored =
          new BufferedImage(picture.getWidth(), picture.getHeight(), page.getType());
      ContactSheet.enlarge(picture, colored, 0, 0, 1);
      Graphics2D pen = page.createGraphics();
      pen.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      pen.drawImage(colored, 0, 0, width, height, null);
      pen.dispose();
    }
    Graphics2D pen = page.createGraphics();
    draw(pen, outlines, 0, 0, factor);
    pen.dispose();
    return page;
  }
}
