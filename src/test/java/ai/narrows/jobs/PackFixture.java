package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder of images, and how it is packed into a table beside it. */
abstract class PackFixture extends SparkFixture {
  static final int IMAGES = 60;

  /** A chunk is one file for each of the two task slots. */
  static final long SMALL_CHUNK = 1;

  static final long LARGE_CHUNK = 1L << 30;
  static final Object[] SIZE = {"--height", 8, "--width", 8, "--channels", 1};
  @TempDir Path folder;
  Path photos;
  Path out;

  @BeforeEach
  void writeImages() throws IOException {
    photos = folder.resolve("photos");
    out = folder.resolve("out");
    for (int i = 0; i < IMAGES; i++) {
      write(name(i), i);
    }
  }

  static String name(int i) {
    return String.format(Locale.ROOT, "%s/%03d.png", i < 25 ? "bad" : "good", i);
  }

  /** An image of random pixels; every third is in colour and larger. */
  void write(String name, int seed) throws IOException {
    RandomStream random = new RandomStream(seed, Purpose.GENERATION, 0, 0, 0);
    boolean colour = seed % 3 == 0;
    BufferedImage image =
        new BufferedImage(
            colour ? 12 : 8,
            colour ? 10 : 8,
            colour ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        for (int band = 0; band < image.getRaster().getNumBands(); band++) {
          image.getRaster().setSample(x, y, band, (int) (random.nextFloat() * 256));
        }
      }
    }
    Path file = photos.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  Ran pack(long chunkBytes, Object... args) {
    List<Object> all = new ArrayList<>(List.of("--input", photos, "--output", out));
    all.addAll(List.of(args));
    Pack pack = new Pack();
    pack.chunkBytes = chunkBytes;
    return Ran.of(() -> pack.execute(words(all)));
  }

  /** Five images of 8x8 grey pixels in a file, ten in a chunk. */
  Ran packInChunks(Object... more) {
    List<Object> args = new ArrayList<>(Arrays.asList(SIZE));
    args.addAll(List.of("--labels", "folder", "--file-size", "320"));
    args.addAll(List.of(more));
    return pack(SMALL_CHUNK, args.toArray());
  }

  static String[] words(List<?> args) {
    return args.stream().map(Object::toString).toArray(String[]::new);
  }

  Dataset<Row> packed() {
    return spark.read().parquet(out.toString());
  }

  Path packing() {
    return folder.resolve("out.packing");
  }

  static List<Path> parquet(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** What a row says, by id; a second row of an id fails. */
  static Map<String, String> contents(Dataset<Row> rows) {
    return rows
        .selectExpr(
            "id", "concat_ws(' ', label, labelName, to_json(image), hex(image.data)) AS row")
        .collectAsList()
        .stream()
        .collect(
            Collectors.toMap(
                row -> row.getString(0),
                row -> row.getString(1),
                (one, other) -> one + " and again " + other,
                TreeMap::new));
  }

  void assertDone(Ran ran) {
    assertThat(ran.err())
        .endsWith(String.format(Locale.ROOT, "Packed %d images: %s\n", count(), out));
    assertThat(ran.exitCode()).isZero();
    assertThat(out.resolve("_SUCCESS")).exists();
    assertThat(out.resolve("_pack")).doesNotExist();
    assertThat(packing()).doesNotExist();
  }

  long count() {
    return spark.read().format("imagefolder").load(photos.toString()).count();
  }

  static void assertRefused(Ran ran, String sentence) {
    assertThat(ran.err()).endsWith("jobs/pack: " + sentence + "\n").doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  /** Packs in one go elsewhere: what the result has to be, whatever happened on the way. */
  Map<String, String> uninterrupted() {
    Path whole = folder.resolve("whole");
    Ran ran =
        Ran.of(
            () ->
                new Pack()
                    .execute(
                        words(
                            List.of(
                                "--input",
                                photos,
                                "--output",
                                whole,
                                "--height=8",
                                "--width=8",
                                "--channels=1",
                                "--labels=folder"))));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return contents(spark.read().parquet(whole.toString()));
  }

  /** Packs until a damaged picture in the fourth chunk stops it, and mends nothing. */
  Ran interrupted() throws IOException {
    Files.writeString(photos.resolve(name(33)), "no picture");
    Ran ran = packInChunks();
    assertRefused(
        ran,
        String.format(
            Locale.ROOT,
            "file:%s is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image; 30 of 60 images are packed and stay in file:%s:"
                + " mend or remove the file and run the same command again",
            photos.resolve(name(33)),
            packing()));
    assertThat(out).doesNotExist();
    assertThat(parquet(packing())).hasSize(6);
    return ran;
  }

  static Object[] concat(Object[] one, Object[] other) {
    List<Object> all = new ArrayList<>(Arrays.asList(one));
    all.addAll(Arrays.asList(other));
    return all.toArray();
  }
}
