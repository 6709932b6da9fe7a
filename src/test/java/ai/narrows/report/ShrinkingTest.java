package ai.narrows.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.ImageShape;
import org.junit.jupiter.api.Test;

class ShrinkingTest {

  @Test
  void cellsBecomeTheirMeanOrTheirHighest() {
    Shrinking half = Shrinking.to(2, new ImageShape(2, 3, 1));
    byte[] pixels = {10, 20, 30, (byte) 200, 40, 50};
    assertThat(half.out()).isEqualTo(new ImageShape(1, 2, 1));
    assertThat(half.mean(pixels)).containsExactly(68, 40);
    assertThat(half.highest(pixels)).containsExactly((byte) 200, (byte) 50);
    byte[] colour = {1, 2, 3, 3, 4, 5};
    assertThat(Shrinking.to(1, new ImageShape(1, 2, 3)).mean(colour)).containsExactly(2, 3, 4);
  }

  @Test
  void whatIsSmallEnoughStaysAsItIs() {
    byte[] pixels = {1, 2, 3, 4};
    Shrinking none = Shrinking.to(2, new ImageShape(2, 2, 1));
    assertThat(none.mean(pixels)).isSameAs(pixels);
    assertThat(none.out()).isEqualTo(none.in());
  }
}
