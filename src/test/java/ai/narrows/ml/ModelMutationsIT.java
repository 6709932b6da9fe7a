package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.images.InputException;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeded mutations of a saved model: each is refused, or loads to an equal model. {@code
 * -Dnarrows.mutations=5000} makes as many of them.
 */
class ModelMutationsIT extends SparkFixture {
  private static final Logger LOG = LoggerFactory.getLogger(ModelMutationsIT.class);
  private static final int MUTATIONS = Integer.getInteger("narrows.mutations", 500);

  /** A value of JSON that is no container, or a key. */
  private static final Pattern SCALAR =
      Pattern.compile("\"(\\\\.|[^\"\\\\])*\"|-?[0-9][0-9.eE+-]*|true|false|null");

  private static final List<String> EXTREMES =
      List.of(
          "0",
          "-1",
          "1",
          "2147483647",
          "2147483648",
          "-9223372036854775809",
          "1e999",
          "1".repeat(1000),
          "0.5",
          "NaN",
          "Infinity",
          "null",
          "true",
          "{}",
          "[]",
          "\"\"",
          "\"NaN\"",
          "\"../../x\"",
          "\"\\u0000\\n\"",
          "\"" + "x".repeat(100_000) + "\"",
          "[".repeat(10_000),
          "[".repeat(100) + "]".repeat(100),
          "{\"class\":\"org.apache.spark.ml.linalg.Vector\"}");

  private FittedAutoencoder<?> expected;
  private SavedModel original;

  @BeforeAll
  void save(@TempDir Path dir) throws IOException {
    expected = SavedModel.copyOf("variationalAutoencoder", dir.resolve("kept")).load();
    original = new SavedModel(dir.resolve("original"));
    expected.save(original.path());
  }

  @Test
  void eachIsRefusedOrLoadsEqual(@TempDir Path dir) throws IOException {
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      SavedModel model = original.copy(dir.resolve("mutation"));
      RandomStream random = new RandomStream(11, Purpose.GENERATION, i, 0, 0);
      String what = i + ": " + mutate(model, random);
      Optional<FittedAutoencoder<?>> loaded = load(model, what);
      if (loaded.isPresent()) {
        SavedModel.assertEqual(loaded.get(), expected);
      } else {
        refused++;
      }
      delete(model.folder());
    }
    LOG.info("{} of {} mutations refused", refused, MUTATIONS);
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1); // some do no harm
  }

  /** Whoever makes a model can compute its checksum too. */
  @Test
  void metadataWithTheRightChecksumIsRefusedOrLoads(@TempDir Path dir) throws IOException {
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      SavedModel model = original.copy(dir.resolve("mutation"));
      RandomStream random = new RandomStream(12, Purpose.GENERATION, i, 0, 0);
      Files.writeString(model.metadata(), spoilt(model.line(), random));
      model.sign();
      Optional<FittedAutoencoder<?>> loaded = load(model, i + ": " + model.line());
      loaded.ifPresent(
          other -> {
            assertThat(other.parameters()).isEqualTo(expected.parameters());
            assertThat(other.summary().toString()).isNotEmpty();
          });
      refused += loaded.isPresent() ? 0 : 1;
      delete(model.folder());
    }
    LOG.info("{} of {} with the right checksum refused", refused, MUTATIONS);
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }

  /** The model, unless it is refused in one sentence. */
  private static Optional<FittedAutoencoder<?>> load(SavedModel model, String what) {
    try {
      return Optional.of(model.load());
    } catch (InputException e) {
      assertThat(e).hasMessageContaining(model.path()).hasMessageNotContaining("\n");
      assertThat(e.getMessage()).hasSizeLessThan(300 + model.path().length());
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      throw new AssertionError("mutation " + what, e);
    }
  }

  private static String mutate(SavedModel model, RandomStream random) throws IOException {
    int kind = random.nextInt(8);
    if (kind >= 5) {
      String spoilt = spoilt(model.line(), random);
      Files.writeString(model.metadata(), spoilt);
      return spoilt;
    }
    List<Path> files = files(model);
    Path file = files.get(random.nextInt(files.size()));
    byte[] bytes = Files.readAllBytes(file);
    switch (kind) {
      case 0 -> { // bits
        for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 0; n--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, bytes);
      }
      case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      case 2 -> { // a run
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(16));
        Arrays.fill(bytes, from, to, (byte) (random.nextInt(2) == 0 ? 0xff : random.nextInt(256)));
        Files.write(file, bytes);
      }
      case 3 -> Files.delete(file);
      default -> {
        Path other = files.get(random.nextInt(files.size()));
        if (random.nextInt(2) == 0) {
          Files.copy(other, file.resolveSibling("part-00001-" + other.getFileName()));
        } else {
          Files.write(file, Files.readAllBytes(other));
          Files.write(other, bytes);
        }
      }
    }
    return kind + " " + file.getFileName();
  }

  /** Metadata with a value replaced, or an entry removed or doubled. */
  private static String spoilt(String line, RandomStream random) {
    List<MatchResult> scalars = SCALAR.matcher(line).results().toList();
    MatchResult scalar = scalars.get(random.nextInt(scalars.size()));
    String before = line.substring(0, scalar.start());
    String after = line.substring(scalar.end());
    return switch (random.nextInt(4)) {
      case 0 -> before + scalar.group() + "," + scalar.group() + after;
      case 1 -> before + after.replaceFirst("^[:,]", "");
      case 2 -> before + " " + scalar.group() + " " + after;
      default -> before + EXTREMES.get(random.nextInt(EXTREMES.size())) + after;
    };
  }

  private static List<Path> files(SavedModel model) throws IOException {
    try (Stream<Path> all = Files.walk(model.folder())) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
