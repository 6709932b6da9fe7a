package ai.narrows.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.ImageShape;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriptychTest {
  private static final int TOP = 60; // of the images
  private static final int LEFT = 16;

  @Test
  void imagesAreEnlargedAndTheErrorIsColoured() {
    ImageShape shape = new ImageShape(2, 2, 3);
    byte[] image = new byte[shape.size()];
    image[9] = (byte) 200; // blue of the last pixel
    byte[] rebuilt = new byte[shape.size()];
    Arrays.fill(rebuilt, (byte) 100);
    byte[] errors = {0, (byte) 255, 51, 102};
    BufferedImage page =
        new Triptych(HeatScale.of(1))
            .draw("name", "note", new Rebuilt("id", 1, shape, image, rebuilt, errors));

    assertThat(page.getWidth()).isEqualTo(2 * LEFT + 3 * (224 + 12) + 14 + 44);
    assertThat(page.getHeight()).isEqualTo(TOP + 224 + LEFT);
    assertThat(page.getRGB(LEFT, TOP)).isEqualTo(0xff000000);
    assertThat(page.getRGB(LEFT + 223, TOP + 223)).isEqualTo(0xff0000c8);
    assertThat(page.getRGB(LEFT + 224, TOP + 223)).isEqualTo(0xffffffff);
    assertThat(page.getRGB(LEFT + 236, TOP)).isEqualTo(0xff646464);
    int map = LEFT + 2 * 236;
    assertThat(page.getRGB(map, TOP) & 0xffffff).isEqualTo(HeatColors.of(0));
    assertThat(page.getRGB(map + 112, TOP) & 0xffffff).isEqualTo(HeatColors.of(1));
    assertThat(page.getRGB(map + 111, TOP + 112) & 0xffffff).isEqualTo(HeatColors.of(0.2));
    assertThat(page.getRGB(map + 112, TOP + 112) & 0xffffff).isEqualTo(HeatColors.of(0.4));
    int legend = LEFT + 3 * 236;
    assertThat(page.getRGB(legend, TOP) & 0xffffff).isEqualTo(HeatColors.of(1));
    assertThat(page.getRGB(legend, TOP + 223) & 0xffffff).isEqualTo(HeatColors.of(0));
  }

  private static boolean isRed(int color) {
    return (color >> 16 & 0xff) > 150 && (color >> 8 & 0xff) < 110 && (color & 0xff) < 110;
  }

  @Test
  void regionsAreOutlinedOnTheImage() {
    ImageShape shape = new ImageShape(4, 4, 1);
    byte[] pixels = new byte[16];
    double[] outline = {1, 1, 3, 1, 3, 2, 1, 2};
    BufferedImage page =
        new Triptych(HeatScale.of(1))
            .draw("", "", new Rebuilt("id", 1, shape, pixels, pixels, pixels, List.of(outline)));
    assertThat(isRed(page.getRGB(LEFT + 56 + 30, TOP + 56))).isTrue();
    assertThat(isRed(page.getRGB(LEFT + 168, TOP + 56 + 30))).isTrue();
    assertThat(page.getRGB(LEFT + 56 + 30, TOP + 56 + 28)).isEqualTo(0xff000000);
    assertThat(page.getRGB(LEFT + 20, TOP + 20)).isEqualTo(0xff000000);
    assertThat(page.getRGB(LEFT + 236 + 56 + 30, TOP + 56)).isEqualTo(0xff000000);

    BufferedImage large = new BufferedImage(400, 200, BufferedImage.TYPE_BYTE_GRAY);
    assertThat(Outlines.on(large, List.of(), 100)).isSameAs(large);
    BufferedImage small = Outlines.on(large, List.of(new double[] {80, 40, 160, 40, 160, 80}), 100);
    assertThat(small.getWidth()).isEqualTo(100);
    assertThat(small.getHeight()).isEqualTo(50);
    assertThat(isRed(small.getRGB(30, 10))).isTrue();
    assertThat(small.getRGB(5, 5)).isEqualTo(0xff000000);
    BufferedImage tiny = new BufferedImage(10, 5, BufferedImage.TYPE_3BYTE_BGR);
    assertThat(Outlines.on(tiny, List.of(outline), 99).getWidth()).isEqualTo(90);
  }

  /** Grey stays the grey that it is, and a long or strange name does no harm. */
  @Test
  void greyImagesAndAnyNames() {
    ImageShape shape = new ImageShape(300, 1, 1);
    byte[] pixels = new byte[300];
    Arrays.fill(pixels, (byte) 77);
    Triptych triptych = new Triptych(HeatScale.of(0));
    BufferedImage plain =
        triptych.draw("", "", new Rebuilt("id", 1, shape, pixels, pixels, new byte[300]));
    assertThat(plain.getWidth()).isEqualTo(420);
    assertThat(plain.getRGB(LEFT, TOP)).isEqualTo(0xff4d4d4d);
    String name = "folder/図\n/".repeat(200) + "last.png";
    BufferedImage named =
        triptych.draw(name, "score 1", new Rebuilt("id", 1, shape, pixels, pixels, new byte[300]));
    assertThat(named.getWidth()).isEqualTo(420);
    assertThat(inked(named)).isGreaterThan(inked(plain) + 200);
    // The margins stay free.
    for (int y = 0; y < TOP; y++) {
      assertThat(named.getRGB(LEFT / 2, y)).isEqualTo(0xffffffff);
      assertThat(named.getRGB(420 - LEFT / 2, y)).isEqualTo(0xffffffff);
    }
  }

  private static long inked(BufferedImage page) {
    return IntStream.range(0, page.getWidth() * TOP)
        .filter(i -> page.getRGB(i % page.getWidth(), i / page.getWidth()) != 0xffffffff)
        .count();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 5, 0.2, 1.0",
    "0.63, 7, 0.1, 0.7",
    "0.3, 6, 0.05, 0.30",
    "0.41, 5, 0.1, 0.5",
    "0.016, 8, 0.002, 0.016",
    "0, 8, 0.0005, 0.0040"
  })
  void scalesEndRound(double highest, int steps, double step, String last) {
    HeatScale scale = HeatScale.of(highest);
    assertThat(scale.steps()).isEqualTo(steps);
    assertThat(scale.step()).isCloseTo(step, within(1e-12));
    assertThat(scale.label(steps)).isEqualTo(last);
    assertThat(scale.end()).isGreaterThanOrEqualTo(highest - 1e-12);
  }

  /** Equal steps are about equal steps of lightness (CIE 1976 L*), in grey and to everyone. */
  @Test
  void lightnessRisesEvenly() {
    int n = 20;
    double[] lightness = new double[n + 1];
    for (int i = 0; i <= n; i++) {
      lightness[i] = lightness(HeatColors.of(i / (double) n));
    }
    double step = (lightness[n] - lightness[0]) / n;
    assertThat(step * n).isGreaterThan(95);
    for (int i = 1; i <= n; i++) {
      assertThat(lightness[i] - lightness[i - 1]).isCloseTo(step, within(0.5 * step));
    }
    assertThat(HeatColors.of(-1)).isEqualTo(HeatColors.of(0));
    assertThat(HeatColors.of(2)).isEqualTo(0xfcffa4);
  }

  private static double lightness(int color) {
    double y =
        0.2126 * linear(color >> 16 & 0xff)
            + 0.7152 * linear(color >> 8 & 0xff)
            + 0.0722 * linear(color & 0xff);
    return y > 216.0 / 24389 ? 116 * Math.cbrt(y) - 16 : y * 24389 / 27;
  }

  private static double linear(int value) {
    double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }
}
