package ai.narrows.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ImageRowsTest {

  private static final float[] PIXELS = {9, 0, 0.5f, 1, -1, 2, Float.NaN};

  @Test
  void floatsBecomeSparksStruct() {
    Row image = ImageRows.toImage("here", new ImageShape(1, 2, 3), PIXELS, 1);

    assertThat(image.getString(0)).isEqualTo("here");
    assertThat(image.getInt(1)).isEqualTo(1);
    assertThat(image.getInt(2)).isEqualTo(2);
    assertThat(image.getInt(3)).isEqualTo(3);
    assertThat(image.getInt(4)).isEqualTo(16);
    assertThat((byte[]) image.get(5)).containsExactly(0, (byte) 128, (byte) 255, 0, (byte) 255, 0);
    assertThat(ImageRows.toImage(null, new ImageShape(1, 1, 1), PIXELS, 1).getInt(4)).isZero();
  }

  @Test
  void picturesKeepSamplesAndOrder() {
    BufferedImage colour = ImageRows.toBufferedImage(new ImageShape(1, 2, 3), PIXELS, 1);
    assertThat(colour.getRGB(0, 0)).isEqualTo(0xffff8000);

    byte[] bytes = {9, 10, 20};
    BufferedImage grey = ImageRows.toBufferedImage(new ImageShape(2, 1, 1), bytes, 1);
    assertThat(grey.getRaster().getSample(0, 1, 0)).isEqualTo(20);
  }
}
