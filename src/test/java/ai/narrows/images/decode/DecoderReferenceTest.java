package ai.narrows.images.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of image file that {@code src/test/python/decoders.py} writes, against the pixels of
 * Pillow's libjpeg-turbo, libwebp, zlib and libtiff.
 */
class DecoderReferenceTest {

  private static final Path FILES = Path.of("src/test/resources/decoders");
  private static final Path DOCS = Path.of("docs/decoders.md");
  private static final String REFUSED = "refused";
  private static final ImageDecoder DECODER = new ImageDecoder(1 << 20);

  /**
   * A line of the manifest.
   *
   * @param greatest allowed distance of a value, of 255
   * @param mean allowed mean distance
   * @param expected file with the pixels, or the reason
   */
  private record Case(String file, String kind, double greatest, double mean, String expected) {

    byte[] content() throws IOException {
      return Files.readAllBytes(FILES.resolve(file));
    }
  }

  /** What was seen of a kind. */
  private static final class Kind {
    final Case first;
    int files;
    int greatest;
    double mean;

    Kind(Case first) {
      this.first = first;
    }

    /** A line of the table in the docs. */
    String line() {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %.0f | %s | %d | %.4f |",
          first.kind,
          files,
          first.greatest,
          first.mean == 0 ? "0" : String.valueOf(first.mean),
          greatest,
          mean);
    }
  }

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String line : Files.readAllLines(FILES.resolve("manifest.tsv"))) {
      String[] cells = line.split("\t", -1);
      if (cells[0].equals("file")) {
        continue;
      }
      cases.add(
          new Case(
              cells[0],
              cells[1],
              Double.parseDouble(cells[2]),
              Double.parseDouble(cells[3]),
              cells[4]));
    }
    return cases;
  }

  @Test
  void pixelsAreThoseOfTheReferenceDecoders() throws IOException {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    List<String> failures = new ArrayList<>();
    for (Case one : cases()) {
      if (one.kind.equals(REFUSED)) {
        continue;
      }
      Picture expected =
          PnmDecoder.decode(Files.readAllBytes(FILES.resolve(one.expected)), 1 << 20);
      try {
        Picture seen = DECODER.decode(one.content());
        if (!seen.shape().equals(expected.shape())) {
          failures.add("%s is %s, not %s".formatted(one.file, seen.shape(), expected.shape()));
          continue;
        }
        compare(one, seen, expected, kinds, failures);
      } catch (InputException e) {
        failures.add("%s %s".formatted(one.file, e.getMessage()));
      }
    }
    assertThat(failures).isEmpty();
    List<String> table = kinds.values().stream().map(Kind::line).toList();
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target/decoders.md"), table);
    // What is seen may be less with another JDK, which has another libjpeg.
    String docs = Files.readString(DOCS);
    for (String line : table) {
      String stated =
          line.substring(0, line.lastIndexOf('|', line.lastIndexOf('|', line.length() - 2) - 1));
      assertThat(docs).as("%s; the table is in target/decoders.md", DOCS).contains(stated);
    }
  }

  private static void compare(
      Case one, Picture seen, Picture expected, Map<String, Kind> kinds, List<String> failures) {
    Kind kind = kinds.computeIfAbsent(one.kind, name -> new Kind(one));
    int greatest = 0;
    long sum = 0;
    for (int i = 0; i < seen.pixels().length; i++) {
      int distance = Math.abs((seen.pixels()[i] & 0xff) - (expected.pixels()[i] & 0xff));
      greatest = Math.max(greatest, distance);
      sum += distance;
    }
    double mean = (double) sum / seen.pixels().length;
    kind.files++;
    kind.greatest = Math.max(kind.greatest, greatest);
    kind.mean = Math.max(kind.mean, mean);
    if (greatest > one.greatest || mean > one.mean) {
      failures.add(
          String.format(
              Locale.ROOT, "%s: distances up to %d, %.4f on average", one.file, greatest, mean));
    }
  }

  @Test
  void otherKindsAreRefusedWithAReason() throws IOException {
    int refused = 0;
    for (Case one : cases()) {
      if (one.kind.equals(REFUSED)) {
        byte[] content = one.content();
        assertThatThrownBy(() -> DECODER.decode(content))
            .as(one.file)
            .isInstanceOf(InputException.class)
            .hasMessage(one.expected);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10);
  }

  /** Rows and columns are those that decoding gives; so are the channels, but for a few kinds. */
  @Test
  void headersHaveTheShape() throws IOException {
    List<String> otherChannels = new ArrayList<>();
    for (Case one : cases()) {
      if (one.kind.equals(REFUSED)) {
        continue;
      }
      ImageShape header = ImageDecoder.shape(new ByteArrayInputStream(one.content()));
      ImageShape decoded = DECODER.decode(one.content()).shape();
      assertThat(header.height()).as(one.file).isEqualTo(decoded.height());
      assertThat(header.width()).as(one.file).isEqualTo(decoded.width());
      if (header.channels() != decoded.channels()) {
        otherChannels.add(one.file);
      }
    }
    assertThat(otherChannels).allMatch(file -> file.matches("png/grey-.*key.*|bmp/greys-8.bmp"));
  }

  /**
   * Cut at every byte: refused in one sentence, or the very same pixels, where what is missing was
   * none of theirs.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jpeg/8x8.jpg",
        "jpeg/17x17-440.jpg",
        "jpeg/420-progressive.jpg",
        "jpeg/restart-1-block.jpg",
        "jpeg/restart-progressive.jpg",
        "jpeg/grey-restart.jpg",
        "jpeg/exif-6.jpg",
        "jpeg/scans-by-component.jpg",
        "jpeg/cmyk-progressive.jpg",
        "jpeg/no-huffman-tables.jpg",
        "webp/17x33.webp",
        "webp/partitions.webp",
        "webp/alpha-1-best.webp",
        "webp/alpha-0-fast.webp",
        "webp/lossless-4-colours.webp",
        "webp/animated-lossy.webp",
        "webp/offset-alpha-lossless+b.webp",
        "webp/icc-noise.webp",
        "png/rgb-8-interlaced.png",
        "png/palette-4-alpha.png",
        "png/grey-2-key.png",
        "png/grey-16.png",
        "png/rgb-small-idats.png",
        "png/animated.png",
        "gif/16-colours-interlaced.gif",
        "gif/offset.gif",
        "gif/animated.gif",
        "bmp/palette-4.bmp",
        "bmp/rgb-24-down.bmp",
        "bmp/runs-8.bmp",
        "bmp/runs-4.bmp",
        "bmp/masks-565.bmp",
        "tiff/strips.tif",
        "tiff/tiles.tif",
        "tiff/lzw-predictor-tiles.tif",
        "tiff/zip-planes.tif",
        "tiff/packbits-grey.tif",
        "tiff/bits-g4.tif",
        "tiff/bits-runs.tif",
        "tiff/jpeg-grey.tif",
        "tiff/rgb-8-big-bigtiff.tif",
        "tiff/pages.tif",
        "pnm/p1.pbm",
        "pnm/p3.ppm",
        "pnm/p4.pbm",
        "pnm/p6.ppm",
        "pnm/rgb-alpha.pam"
      })
  void cutAtEveryByte(String name) throws IOException {
    byte[] file = Files.readAllBytes(FILES.resolve(name));
    byte[] whole = DECODER.decode(file).pixels();
    int refused = 0;
    for (int length = 0; length < file.length; length++) {
      try {
        byte[] pixels = DECODER.decode(Arrays.copyOf(file, length)).pixels();
        assertThat(pixels).as("%s cut to %d of %d", name, length, file.length).isEqualTo(whole);
      } catch (InputException e) {
        assertThat(e.getMessage())
            .as("%s cut to %d of %d", name, length, file.length)
            .isNotBlank()
            .doesNotContain("\n", "null");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(file.length / 4);
  }

  /** A file of several scans that ends between two of them, whatever else stands behind. */
  @Test
  void scansThatAreMissingAreFound() throws IOException {
    byte[] file = Files.readAllBytes(FILES.resolve("jpeg/many-scans.jpg"));
    String text = new String(file, StandardCharsets.ISO_8859_1);
    int scan = text.indexOf("\u00ff\u00da");
    int scans = 0;
    for (int next = text.indexOf("\u00ff\u00da", scan + 2); next > 0; scans++) {
      byte[] cut = Arrays.copyOf(file, next);
      assertThatThrownBy(() -> DECODER.decode(cut))
          .isInstanceOf(InputException.class)
          .hasMessage("cannot be decoded: it ends before its last scan");
      next = text.indexOf("\u00ff\u00da", next + 2);
    }
    assertThat(scans).isGreaterThan(5);
  }
}
