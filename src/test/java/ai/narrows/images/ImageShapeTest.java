package ai.narrows.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ImageShapeTest {

  @Test
  void tellsItsSizeAndItself() {
    ImageShape shape = new ImageShape(28, 30, 3);

    assertThat(shape.size()).isEqualTo(2520);
    assertThat(shape).hasToString("28x30x3");
    assertThat(ImageShape.ofVector(5)).hasToString("1x5x1");
  }

  @Test
  void refusesDimensionsOutOfRange() {
    assertThatThrownBy(() -> new ImageShape(0, 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("image height must be at least 1, but is 0");
    assertThatThrownBy(() -> new ImageShape(1, -2, 1))
        .hasMessage("image width must be at least 1, but is -2");
    assertThatThrownBy(() -> new ImageShape(1, 1, 0))
        .hasMessage("image channels must be at least 1, but are 0");
    assertThatThrownBy(() -> ImageShape.ofPicture(1, 1, 2))
        .hasMessage("image channels must be 1 or 3, but are 2");
    assertThat(new ImageShape(28, 28, 176).isVector()).isFalse();
    assertThatThrownBy(() -> new ImageShape(65535, 65535, 3))
        .hasMessage("an image must have at most 2147483647 values, but 65535x65535x3 has more");
    assertThat(new ImageShape(Integer.MAX_VALUE, 1, 1).size()).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> new ImageShape(Integer.MAX_VALUE, Integer.MAX_VALUE, 3))
        .isInstanceOf(InputException.class);
  }

  @Test
  void preprocessingChangesWhatItNames() {
    ImageShape in = new ImageShape(28, 30, 3);

    assertThat(Preprocessing.NONE.apply(in)).isEqualTo(in);
    assertThat(new Preprocessing(10, 20, 0).apply(in)).hasToString("10x20x3");
    assertThat(new Preprocessing(0, 0, 1).apply(in)).hasToString("28x30x1");
  }

  @Test
  void preprocessingRefusesHalfASize() {
    assertThatThrownBy(() -> new Preprocessing(28, 0, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("height and width must be given together, but height is 28 and width is 0");
    assertThatThrownBy(() -> new Preprocessing(-1, 2, 0))
        .hasMessage("height must be at least 1, or 0 for no resize, but is -1");
    assertThatThrownBy(() -> new Preprocessing(1, -2, 0))
        .hasMessage("width must be at least 1, or 0 for no resize, but is -2");
    assertThatThrownBy(() -> new Preprocessing(0, 0, 4))
        .hasMessage("channels must be 1, 3, or 0 for as in the data, but are 4");
  }

  @Test
  void inputExceptionIsFoundAmongCauses() {
    InputException input = new InputException("no");

    assertThat(InputException.in(new RuntimeException(new IOException(input)))).containsSame(input);
    assertThat(InputException.in(new RuntimeException())).isEmpty();
    Throwable ring = new RuntimeException();
    ring.initCause(new RuntimeException(ring));
    assertThat(InputException.in(ring)).isEmpty();
  }
}
