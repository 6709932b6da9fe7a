package ai.narrows;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** PNG files made up for tests, 32 x 32 and grey, the same each time. */
public final class Photos {
  private static final int SIDE = 32;

  private Photos() {}

  private interface Grey {
    int at(int x, int y);
  }

  /** Slopes from a darker left to a brighter right: {@code slope-0.png} and on. */
  public static void slopes(Path folder, int count) {
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      int dark = random.nextInt(100);
      write(folder, "slope-" + i, (x, y) -> dark + 4 * x);
    }
  }

  /** Chessboards, each with its own size of fields: {@code board-0.png} and on. */
  public static void boards(Path folder, int count) {
    for (int i = 0; i < count; i++) {
      int field = 2 + i;
      write(folder, "board-" + i, (x, y) -> (x / field + y / field) % 2 * 255);
    }
  }

  private static void write(Path folder, String name, Grey grey) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.getRaster().setSample(x, y, 0, grey.at(x, y));
      }
    }
    try {
      Files.createDirectories(folder);
      if (!ImageIO.write(image, "png", folder.resolve(name + ".png").toFile())) {
        throw new IOException("no writer for PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
