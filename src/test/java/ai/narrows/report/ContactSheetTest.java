package ai.narrows.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {

  private static final ImageShape SHAPE = new ImageShape(28, 28, 1);

  @TempDir File directory;

  @Test
  void gridIsNearSquareAndEnlarged() {
    float[] pixels = new float[5 * SHAPE.size()];
    Arrays.fill(pixels, SHAPE.size(), 2 * SHAPE.size(), 0.2f);

    BufferedImage sheet = ContactSheet.of(SHAPE, pixels);

    // 5 images in 3 columns and 2 rows, 28 pixels enlarged to 84, gaps of 4.
    assertThat(sheet.getWidth()).isEqualTo(4 + 3 * 88);
    assertThat(sheet.getHeight()).isEqualTo(4 + 2 * 88);
    assertThat(sample(sheet, 0, 0)).isEqualTo(255);
    assertThat(sample(sheet, 4, 4)).isZero();
    assertThat(sample(sheet, 87, 87)).isZero();
    assertThat(sample(sheet, 88, 4)).isEqualTo(255);
    assertThat(sample(sheet, 92, 4)).isEqualTo(51);
    assertThat(sample(sheet, 180, 92)).isEqualTo(255);
  }

  @Test
  void pixelsBecomeSquares() {
    BufferedImage sheet =
        ContactSheet.of(new ImageShape(1, 2, 3), new float[] {1, 0, 0, 0, 0, 1}, 1);

    assertThat(sheet.getWidth()).isEqualTo(72);
    assertThat(sheet.getHeight()).isEqualTo(40);
    assertThat(sheet.getRGB(35, 35)).isEqualTo(0xff0000ff);
    assertThat(sheet.getRGB(36, 4)).isEqualTo(0xffff0000);
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThatThrownBy(() -> ContactSheet.of(SHAPE, new float[785]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "pixels must be one or more images of 28x28x1 (784 values each), but are 785 values");
    assertThatThrownBy(() -> ContactSheet.of(SHAPE, new float[784], 0))
        .isInstanceOf(InputException.class)
        .hasMessage("columns must be at least 1, but is 0");
  }

  @Test
  void pngIsOverwrittenOnlyWhenAsked() throws IOException {
    File file = new File(directory, "sheets/one.png");
    Path path = new Path(file.toURI());
    Configuration conf = new Configuration();
    BufferedImage sheet = ContactSheet.of(SHAPE, new float[784]);

    PngFiles.create(sheet, path, conf);
    BufferedImage read = ImageIO.read(file);
    assertThat(read.getWidth()).isEqualTo(92);
    assertThat(sample(read, 0, 0)).isEqualTo(255);

    assertThatThrownBy(() -> PngFiles.create(sheet, path, conf))
        .isInstanceOf(InputException.class)
        .hasMessage(path + " exists already; it is overwritten only when asked for");
    PngFiles.replace(ContactSheet.of(SHAPE, new float[2 * 784]), path, conf);
    assertThat(ImageIO.read(file).getWidth()).isEqualTo(180);
  }

  private static int sample(BufferedImage image, int x, int y) {
    return image.getRaster().getSample(x, y, 0);
  }
}
