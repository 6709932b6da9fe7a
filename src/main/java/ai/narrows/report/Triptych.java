package ai.narrows.report;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * One picture of an image, what a model makes of it, and where the two differ: a heat map with a
 * legend beside it. Where the model has a pixel threshold, the regions above it are outlined on the
 * image. Small images are enlarged by a whole factor, each pixel a square.
 *
 * @param scale of the heat maps of all pictures that are to be compared
 */
public record Triptych(HeatScale scale) {
  private static final int VISIBLE = 224; // pixels along an image's longer side, at least
  private static final int MARGIN = 16;
  private static final int GAP = 12; // between the images
  private static final int LINE = 22; // height of a line of text
  private static final int BAR = 14; // width of the legend's colours
  private static final int LEAST_BAR = 120; // height of them
  private static final int LABELS = 44; // width of the legend's numbers
  private static final int LEAST_WIDTH = 420; // with room for the title
  private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Color FAINT = new Color(0x55, 0x55, 0x55);

  /**
   * Makes sure that this machine can write on pictures.
   *
   * @throws InputException if Java finds no fonts, as in some small containers
   */
  public static void check() {
    try {
      Graphics2D page = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR).createGraphics();
      page.getFontMetrics(PLAIN).stringWidth("0");
      page.dispose();
    } catch (RuntimeException | Error e) { // by Java's version and by what is missing
      if (e instanceof VirtualMachineError && !(e instanceof InternalError)) {
        throw e;
      }
      throw new InputException(
          "pictures are labelled, but Java finds no fonts on the driver's machine: install fontconfig and a font, such as DejaVu",
          e);
    }
  }

  /**
   * Draws the picture.
   *
   * @param name of the image, to the left above it; shortened where it is too long
   * @param note to the right
   * @param rebuilt what it shows
   */
  public BufferedImage draw(String name, String note, Rebuilt rebuilt) {
    ImageShape shape = rebuilt.shape();
    int factor = ContactSheet.scale(shape, VISIBLE);
    int wide = Math.multiplyExact(shape.width(), factor);
    int high = Math.multiplyExact(shape.height(), factor);
    int bar = Math.max(high, LEAST_BAR);
    List<BufferedImage> images = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    images.add(ImageRows.toBufferedImage(shape, rebuilt.image(), 0));
    captions.add("image");
    if (rebuilt.reconstruction() != null) {
      images.add(ImageRows.toBufferedImage(shape, rebuilt.reconstruction(), 0));
      captions.add("reconstruction");
    }
    images.add(scale.map(shape, rebuilt.errors()));
    captions.add("error of each pixel");
    int width = Math.max(LEAST_WIDTH, 2 * MARGIN + images.size() * (wide + GAP) + BAR + LABELS);
    int height = 2 * MARGIN + 2 * LINE + bar;
    int top = MARGIN + 2 * LINE;
    BufferedImage page = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D pen = page.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, height);

    title(pen, name, note, width);
    int left = MARGIN;
    for (int i = 0; i < images.size(); i++) {
      pen.setFont(PLAIN);
      pen.setColor(FAINT);
      pen.drawString(shortened(captions.get(i), pen.getFontMetrics(), wide), left, top - 7);
      ContactSheet.enlarge(images.get(i), page, left, top, factor);
      left += wide + GAP;
    }
    Outlines.draw(pen, rebuilt.outlines(), MARGIN, top, factor);
    pen.setStroke(new BasicStroke());
    legend(pen, left, top, bar);
    pen.dispose();
    return page;
  }

  private static void title(Graphics2D pen, String name, String note, int width) {
    pen.setFont(BOLD);
    pen.setColor(Color.BLACK);
    FontMetrics font = pen.getFontMetrics();
    int noteWidth = font.stringWidth(note);
    String shown = shortened(name, font, width - 2 * MARGIN - GAP - noteWidth);
    pen.drawString(shown, MARGIN, MARGIN + font.getAscent());
    pen.drawString(note, width - MARGIN - noteWidth, MARGIN + font.getAscent());
  }

  /** The end of a text that is too long: files differ there. */
  private static String shortened(String text, FontMetrics font, int width) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    if (font.stringWidth(line) <= width) {
      return line;
    }
    int from = 0;
    while (from < line.length() && font.stringWidth("…" + line.substring(from)) > width) {
      from = line.offsetByCodePoints(from, 1);
    }
    return from == line.length() ? "" : "…" + line.substring(from);
  }

  private void legend(Graphics2D pen, int left, int top, int high) {
    for (int y = 0; y < high; y++) {
      pen.setColor(new Color(HeatColors.of(1 - y / (high - 1.0))));
      pen.fillRect(left, top + y, BAR, 1);
    }
    pen.setFont(PLAIN);
    pen.setColor(FAINT);
    int half = pen.getFontMetrics().getAscent() / 2 - 1;
    for (int step = 0; step <= scale.steps(); step++) {
      int y = top + (int) Math.round((high - 1) * (1 - step / (double) scale.steps()));
      pen.drawLine(left + BAR, y, left + BAR + 3, y);
      pen.drawString(scale.label(step), left + BAR + 7, y + half);
    }
  }
}
