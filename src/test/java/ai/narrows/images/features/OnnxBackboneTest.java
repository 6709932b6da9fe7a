package ai.narrows.images.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.nn.layers.Standardization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Features of ONNX files that src/test/python/backbones.py has made, and files that will not do.
 */
class OnnxBackboneTest {
  private static final int SIZE = 16;
  private static final List<Double> MEAN = List.of(0.5, 0.25, 0.125); // red, green, blue
  private static final List<Double> DEVIATION = List.of(0.5, 0.25, 1.0);

  static byte[] file(String name) {
    try (InputStream in =
        OnnxBackboneTest.class.getResourceAsStream("/backbones/" + name + ".onnx")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Backbones.Asked asked(int size, int grid, String... outputs) {
    return new Backbones.Asked(List.of(outputs), size, grid, MEAN, DEVIATION);
  }

  private static byte[] image(int seed) {
    byte[] pixels = new byte[SIZE * SIZE * 3];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  /** An image as the networks take it: [3, size, size], red first. */
  private static float[][][] normalized(byte[] pixels) {
    float[][][] planes = new float[3][SIZE][SIZE];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        for (int c = 0; c < 3; c++) {
          int value = pixels[(y * SIZE + x) * 3 + 2 - c] & 255;
          planes[c][y][x] = (float) ((value / 255.0 - MEAN.get(c)) / DEVIATION.get(c));
        }
      }
    }
    return planes;
  }

  /** A convolution of 3x3 with stride 2 and padding 1, then a ReLU, as slow as can be. */
  private static float[][][] convolved(float[][][] in, int outputs) {
    int side = in[0].length;
    float[][][] out = new float[outputs][side / 2][side / 2];
    for (int o = 0; o < outputs; o++) {
      for (int y = 0; y < side / 2; y++) {
        for (int x = 0; x < side / 2; x++) {
          double sum = 0;
          for (int c = 0; c < in.length; c++) {
            for (int i = 0; i < 3; i++) {
              for (int j = 0; j < 3; j++) {
                int v = 2 * y + i - 1;
                int u = 2 * x + j - 1;
                if (v >= 0 && v < side && u >= 0 && u < side) {
                  sum += (((7 * o + 3 * c + 5 * i + 2 * j) % 11) - 5) / 16.0 * in[c][v][u];
                }
              }
            }
          }
          out[o][y][x] = (float) Math.max(0, sum);
        }
      }
    }
    return out;
  }

  private static float[] extract(BackboneSpec spec, byte[] file, byte[] pixels) {
    float[] features = new float[spec.output().size()];
    Backbones.open(spec, file).extractor().extract(pixels, 0, features);
    return features;
  }

  @Test
  void featuresAreThoseOfTheNetwork() {
    byte[] file = file("grids");
    BackboneSpec spec = Backbones.describe("grids", file, asked(0, 8, "fine"));
    assertThat(spec.output()).isEqualTo(new ImageShape(8, 8, 4));
    byte[] pixels = image(1);
    float[] features = extract(spec, file, pixels);
    float[][][] fine = convolved(normalized(pixels), 4);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        for (int c = 0; c < 4; c++) {
          assertThat(features[(y * 8 + x) * 4 + c]).isCloseTo(fine[c][y][x], within(1e-5f));
        }
      }
    }
  }

  /** The finer output is averaged, the coarser one has the grid's size. */
  @Test
  void allOutputsComeToOneGrid() {
    byte[] file = file("grids");
    BackboneSpec spec = Backbones.describe("grids", file, asked(0, 4));
    assertThat(spec.outputs()).containsExactly("fine", "coarse");
    assertThat(spec.output()).isEqualTo(new ImageShape(4, 4, 10));
    byte[] pixels = image(2);
    float[] features = extract(spec, file, pixels);
    float[][][] fine = convolved(normalized(pixels), 4);
    float[][][] coarse = convolved(fine, 6);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        for (int c = 0; c < 4; c++) {
          float mean =
              (fine[c][2 * y][2 * x]
                      + fine[c][2 * y][2 * x + 1]
                      + fine[c][2 * y + 1][2 * x]
                      + fine[c][2 * y + 1][2 * x + 1])
                  / 4;
          assertThat(features[(y * 4 + x) * 10 + c]).isCloseTo(mean, within(1e-5f));
        }
        for (int c = 0; c < 6; c++) {
          assertThat(features[(y * 4 + x) * 10 + 4 + c]).isCloseTo(coarse[c][y][x], within(1e-5f));
        }
      }
    }
  }

  @Test
  void outputsComeInTheOrderAsked() {
    byte[] file = file("grids");
    BackboneSpec one = Backbones.describe("grids", file, asked(0, 4, "coarse", "fine"));
    BackboneSpec other = Backbones.describe("grids", file, asked(0, 4, "fine", "coarse"));
    float[] first = extract(one, file, image(3));
    float[] second = extract(other, file, image(3));
    assertThat(Arrays.copyOfRange(first, 0, 6)).isEqualTo(Arrays.copyOfRange(second, 4, 10));
  }

  @Test
  void channelsMayComeLast() {
    BackboneSpec last = Backbones.describe("last", file("channels-last"), asked(0, 8));
    BackboneSpec first = Backbones.describe("grids", file("grids"), asked(0, 8, "fine"));
    assertThat(extract(last, file("channels-last"), image(4)))
        .containsExactly(extract(first, file("grids"), image(4)), within(1e-5f));
  }

  @Test
  void anOpenSizeIsTheOneThatIsAsked() {
    byte[] file = file("any-size");
    BackboneSpec spec = Backbones.describe("any", file, asked(SIZE, 8, "fine"));
    BackboneSpec fixed = Backbones.describe("grids", file("grids"), asked(0, 8, "fine"));
    assertThat(extract(spec, file, image(5)))
        .containsExactly(extract(fixed, file("grids"), image(5)), within(1e-6f));
    assertThat(Backbones.describe("any", file, asked(64, 0)).output())
        .isEqualTo(new ImageShape(8, 8, 10));
  }

  /** One session serves all threads, each with an extractor of its own: the same bits. */
  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    byte[] file = file("grids");
    BackboneSpec spec = Backbones.describe("grids", file, asked(0, 8));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        results.add(
            threads.submit(
                () -> {
                  Backbone.Extractor extractor = Backbones.open(spec, file).extractor();
                  float[][] features = new float[50][spec.output().size()];
                  for (int i = 0; i < features.length; i++) {
                    extractor.extract(image(i), 0, features[i]);
                  }
                  return features;
                }));
      }
      for (Future<float[][]> result : results) {
        for (int i = 0; i < 50; i++) {
          assertThat(result.get()[i]).isEqualTo(extract(spec, file, image(i)));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "any-size     |has images of any size|leaves height and width of its images open: set backboneSize, such as 224",
        "batch-of-two ||takes float [2, 3, 16, 16] as its input 'image', but must take one image of 3 channels",
        "bytes        ||takes uint8 [1, 3, 16, 16] as its input 'image', but must take float32 images",
        "rank-two     ||takes float [1, 48] as its input 'image', but must take float32 images",
        "one-channel  ||takes float [1, 1, 16, 16] as its input 'image', but must take one image of 3 channels",
        "not-square   ||takes images of 16x24, but must take square ones",
        "two-inputs   ||has 2 inputs (image, mask), but must have one, of images",
        "flat         ||has no output that is a float32 grid of 4 dimensions, only out (float [1, 768])",
        "double-output||has no output that is a float32 grid of 4 dimensions, only out (double [1, 3, 16, 16])",
        "custom       ||is no ONNX model that can be run: ",
        "external     ||is no ONNX model that can be run: ",
      })
  void filesThatWillNotDo(String name, String why, String message) {
    assertThatThrownBy(() -> Backbones.describe("net.onnx", file(name), asked(0, 0)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("backbone net.onnx " + message)
        .message()
        .doesNotContain("\n");
  }

  /** Beside a file of that name in the working directory, too. */
  @Test
  void weightsOutsideTheFileAreNotRead() throws IOException {
    Path weights = Path.of("weights.bin");
    Files.write(weights, new byte[4 * 4 * 3 * 9]);
    try {
      assertThatThrownBy(() -> Backbones.describe("net.onnx", file("external"), asked(0, 0)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is no ONNX model that can be run");
    } finally {
      Files.delete(weights);
    }
  }

  @Test
  void whatIsAskedMustBeThere() {
    assertThatThrownBy(() -> Backbones.describe("n", file("grids"), asked(0, 0, "fine", "block4")))
        .hasMessage("backbone n has no output 'block4' of backboneOutputs; it has fine, coarse");
    assertThatThrownBy(() -> Backbones.describe("n", file("grids"), asked(32, 0)))
        .hasMessage(
            "backbone n takes images of 16x16, but backboneSize 32: leave it out, or export the network for that size");
    assertThatThrownBy(() -> Backbones.describe("n", new byte[] {1, 2, 3}, asked(0, 0)))
        .hasMessageStartingWith("backbone n is no ONNX model that can be run: ");
    assertThatThrownBy(() -> Backbones.describe("n", new byte[0], asked(0, 0)))
        .hasMessageStartingWith("backbone n is no ONNX model that can be run: ");
  }

  @Test
  void filesThatCannotBeRead(@TempDir Path folder) {
    Configuration hadoop = new Configuration(false);
    assertThatThrownBy(() -> Backbones.read(folder + "/gone.onnx", hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageMatching("backbone .*gone.onnx cannot be read: .*");
    assertThatThrownBy(() -> Backbones.read(folder.toString(), hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageMatching("backbone .* is a directory, but must be an ONNX file");
  }

  /** Whatever is changed in a file: it is refused in one sentence, or it is another network. */
  @Test
  void changedFilesAreRefusedOrRun() {
    byte[] sound = file("grids");
    Random random = new Random(6);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] file =
          random.nextInt(8) == 0
              ? Arrays.copyOf(sound, random.nextInt(sound.length))
              : sound.clone();
      for (int k = random.nextInt(3); k >= 0 && file.length > 0; k--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      try {
        Backbones.describe("changed", file, asked(0, 0));
      } catch (InputException e) {
        assertThat(e.getMessage()).startsWith("backbone changed ").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isBetween(50, 400);
  }

  @Test
  void featuresMustBeFinite() {
    Backbones.Asked plain =
        new Backbones.Asked(List.of(), 0, 4, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    byte[] file = file("infinite");
    BackboneSpec spec = Backbones.describe("inverse", file, plain);
    Features features = new Features(spec.with(Standardization.NONE), null);
    assertThat(Backbones.open(spec, file)).isNotNull(); // kept, so that no broadcast is needed
    assertThatThrownBy(() -> features.values(new byte[SIZE * SIZE * 3], 0))
        .isInstanceOf(InputException.class)
        .hasMessage("gives features that are not finite numbers with the backbone inverse");
  }
}
