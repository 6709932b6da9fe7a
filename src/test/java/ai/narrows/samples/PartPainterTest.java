package ai.narrows.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts are the same each time, and a defect is where its mask says. */
class PartPainterTest {
  private static final int SIZE = 128;
  private static final int SET = 3;

  private static PartPainter painter(PartKind kind, int channels) {
    return new PartPainter(kind, SIZE, channels, 1);
  }

  private static int marked(byte[] mask) {
    int count = 0;
    int others = 0;
    for (byte m : mask) {
      count += m == 0 ? 0 : 1;
      others += m == 0 || m == (byte) 255 ? 0 : 1;
    }
    assertThat(others).isZero();
    return count;
  }

  /** How much a pixel differs, in the channel where it differs most. */
  private static int difference(byte[] a, byte[] b, int pixel, int channels) {
    int most = 0;
    for (int i = pixel * channels; i < (pixel + 1) * channels; i++) {
      most = Math.max(most, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
    }
    return most;
  }

  /** Each defective picture beside its sound twin. */
  @ParameterizedTest
  @EnumSource(PartKind.class)
  void aDefectIsWhereItsMaskSays(PartKind kind) {
    for (int channels : new int[] {1, 3}) {
      PartPainter painter = painter(kind, channels);
      for (PartDefect defect : PartDefect.values()) {
        for (int index = 0; index < 20; index++) {
          SamplePart sound = painter.sound(SET, index);
          SamplePart defective = painter.defective(SET, index, defect);
          assertThat(sound.shape()).isEqualTo(new ImageShape(SIZE, SIZE, channels));
          assertThat(marked(sound.mask())).isZero();
          int marked = marked(defective.mask());
          assertThat((double) marked / (SIZE * SIZE)).isBetween(0.005, 0.05);
          int seen = 0; // marked pixels that somebody could tell from sound ones
          int elsewhere = 0;
          long sum = 0;
          for (int i = 0; i < SIZE * SIZE; i++) {
            int difference = difference(sound.pixels(), defective.pixels(), i, channels);
            if (defective.mask()[i] == 0) {
              elsewhere += difference;
            } else {
              seen += difference > 3 ? 1 : 0;
              sum += difference;
            }
          }
          String what = String.format(Locale.ROOT, "%s %d of %s", defect, index, kind);
          assertThat(elsewhere).as(what).isZero();
          // A new edge that the light comes along hardly shows.
          double least = defect == PartDefect.MISSING ? 0.65 : 0.9;
          assertThat((double) seen / marked).as(what).isGreaterThan(least);
          assertThat((double) sum / marked).as(what).isGreaterThan(20);
        }
      }
    }
  }

  /** The pixels of every machine: nothing here may depend on its mathematical library. */
  @ParameterizedTest
  @CsvSource({
    "RING, 1, 5a279d8ef729d5dff31b305a3950a50e8c0048b7d0af2a19d989741e11ba8b2a",
    "PLATE, 1, c46060cb141452a297cb9f8124bd05d595b43f8d3623247de8b965631ed4f7eb",
    "GEAR, 3, 245a34ec01829450a5d43eca02b4c9b124b4d92fd37c190b00051d5e2cdbe8af",
  })
  void thePixelsAreTheseOnEveryMachine(PartKind kind, int channels, String sha) {
    PartPainter painter = new PartPainter(kind, SIZE, channels, 7);
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(painter.sound(0, 0).pixels());
    for (PartDefect defect : PartDefect.values()) {
      SamplePart part = painter.defective(SET, 1, defect);
      digest.update(part.pixels());
      digest.update(part.mask());
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(sha);
  }

  @Test
  void everySeedSetAndIndexHasItsOwnPicture() {
    Set<String> seen = new HashSet<>();
    for (int seed = 1; seed <= 2; seed++) {
      PartPainter painter = new PartPainter(PartKind.RING, 64, 1, seed);
      for (int set = 0; set < 3; set++) {
        for (int index = 0; index < 5; index++) {
          byte[] pixels = painter.sound(set, index).pixels();
          assertThat(seen.add(DigestUtils.sha256Hex(pixels))).isTrue();
          assertThat(painter.sound(set, index).pixels()).isEqualTo(pixels);
        }
      }
    }
  }

  /** From the smallest to large ones every defect comes to an end, and to a size. */
  @ParameterizedTest
  @CsvSource({"32", "45", "512"})
  void picturesOfOtherSizes(int size) {
    for (PartKind kind : PartKind.values()) {
      PartPainter painter = new PartPainter(kind, size, 1, 1);
      for (PartDefect defect : PartDefect.values()) {
        for (int index = 0; index < 5; index++) {
          int marked = marked(painter.defective(SET, index, defect).mask());
          assertThat((double) marked / size / size).isBetween(0.005, 0.05);
        }
      }
    }
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    for (int size : new int[] {31, 1025}) {
      assertThatThrownBy(() -> new PartPainter(PartKind.RING, size, 1, 1))
          .isInstanceOf(InputException.class)
          .hasMessage("size must be from 32 to 1024, but is " + size);
    }
    assertThatThrownBy(() -> new PartPainter(PartKind.RING, 64, 4, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("image channels must be 1 or 3, but are 4");
  }
}
