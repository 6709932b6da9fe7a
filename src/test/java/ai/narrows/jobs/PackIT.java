package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.source.ImageListing;
import ai.narrows.jobs.pack.PackSettings;
import ai.narrows.jobs.pack.PackState;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files packed once, whatever happens on the way, are what the folder is. */
final class PackIT extends SparkFixture {
  private static final int IMAGES = 60;
  private static final double SAME_SCORE = 1e-5;

  /** A chunk is one file for each of the two task slots. */
  private static final long SMALL_CHUNK = 1;

  private static final long LARGE_CHUNK = 1L << 30;

  private static final Object[] SIZE = {"--height", 8, "--width", 8, "--channels", 1};

  @TempDir Path folder;
  private Path photos;
  private Path out;

  @BeforeEach
  void writeImages() throws IOException {
    photos = folder.resolve("photos");
    out = folder.resolve("out");
    for (int i = 0; i < IMAGES; i++) {
      write(name(i), i);
    }
  }

  private static String name(int i) {
    return String.format(Locale.ROOT, "%s/%03d.png", i < 25 ? "bad" : "good", i);
  }

  /** An image of random pixels; every third is in colour and larger. */
  private void write(String name, int seed) throws IOException {
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

  private Ran pack(long chunkBytes, Object... args) {
    List<Object> all = new ArrayList<>(List.of("--input", photos, "--output", out));
    all.addAll(List.of(args));
    Pack pack = new Pack();
    pack.chunkBytes = chunkBytes;
    return Ran.of(() -> pack.execute(words(all)));
  }

  /** Five images of 8x8 grey pixels in a file, ten in a chunk. */
  private Ran packInChunks(Object... more) {
    List<Object> args = new ArrayList<>(Arrays.asList(SIZE));
    args.addAll(List.of("--labels", "folder", "--file-size", "320"));
    args.addAll(List.of(more));
    return pack(SMALL_CHUNK, args.toArray());
  }

  private static String[] words(List<?> args) {
    return args.stream().map(Object::toString).toArray(String[]::new);
  }

  private Dataset<Row> packed() {
    return spark.read().parquet(out.toString());
  }

  private Path packing() {
    return folder.resolve("out.packing");
  }

  private static List<Path> parquet(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** What a row says, by id; a second row of an id fails. */
  private static Map<String, String> contents(Dataset<Row> rows) {
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

  private void assertDone(Ran ran) {
    assertThat(ran.err())
        .endsWith(String.format(Locale.ROOT, "Packed %d images: %s\n", count(), out));
    assertThat(ran.exitCode()).isZero();
    assertThat(out.resolve("_SUCCESS")).exists();
    assertThat(out.resolve("_pack")).doesNotExist();
    assertThat(packing()).doesNotExist();
  }

  private long count() {
    return spark.read().format("imagefolder").load(photos.toString()).count();
  }

  private static void assertRefused(Ran ran, String sentence) {
    assertThat(ran.err()).endsWith("jobs/pack: " + sentence + "\n").doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  /** Packs in one go elsewhere: what the result has to be, whatever happened on the way. */
  private Map<String, String> uninterrupted() {
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
  private Ran interrupted() throws IOException {
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

  @Test
  void imagesThatKeepTheirSizeAreTheFolder() throws IOException {
    assertDone(pack(LARGE_CHUNK, "--labels", "folder"));
    Dataset<Row> loose =
        spark.read().format("imagefolder").option("labels", "folder").load(photos.toString());
    assertThat(packed().columns()).containsExactly(loose.columns());
    assertThat(packed().schema().apply("image").dataType().catalogString())
        .isEqualTo(ImageRows.schema().catalogString());
    assertThat(contents(packed())).isEqualTo(contents(loose)).hasSize(IMAGES);
    assertThat(parquet(out)).hasSize(1);
  }

  @Test
  void filesHaveTheSizeAskedForAndNeighboursStayTogether() throws IOException {
    Ran ran = pack(SMALL_CHUNK, "--height=8", "--width=8", "--file-size", "1k", "--channels=1");
    assertDone(ran);
    assertThat(ran.err())
        .contains("Found 60 images: 16 for a file, 32 for a chunk")
        .contains("Packed 32 of 60 images, ")
        .contains("Packed 60 of 60 images, ");
    assertThat(packed().columns()).containsExactly("id", "image");
    List<List<String>> ids = new ArrayList<>();
    for (Path file : parquet(out)) {
      List<Row> rows = spark.read().parquet(file.toString()).select("id").collectAsList();
      ids.add(rows.stream().map(row -> row.getString(0)).toList());
    }
    assertThat(ids).extracting(List::size).containsExactlyInAnyOrder(16, 16, 16, 12);
    assertThat(
            ids.stream()
                .sorted((a, b) -> a.get(0).compareTo(b.get(0)))
                .flatMap(List::stream)
                .toList())
        .hasSize(IMAGES)
        .isSorted();
    assertThat(packed().where("image.height = 8 AND image.width = 8").count()).isEqualTo(IMAGES);
  }

  @Test
  void headersTellHowManyImagesKeepingTheirSizeMakeAFile() {
    // 20 of 60 images have 12x10x3 bytes, the others 8x8: 162 on average.
    Ran ran = pack(SMALL_CHUNK, "--file-size", "1k");
    assertDone(ran);
    assertThat(ran.err()).contains("6 for a file, 12 for a chunk");
  }

  /** As agencies write them: the frame header stands behind 600 kB of segments. */
  @Test
  void picturesBehindLargeProfiles() throws IOException {
    Path profiles = Files.createDirectories(folder.resolve("profiles"));
    for (String name : List.of("jpeg/cmyk.jpg", "jpeg/420.jpg", "jpeg/grey.jpg")) {
      byte[] file = Files.readAllBytes(Path.of("src/test/resources/decoders", name));
      ByteBuffer out = ByteBuffer.allocate(file.length + 10 * 60_004);
      out.put(file, 0, 2);
      for (int i = 0; i < 10; i++) {
        out.putShort((short) 0xffe2).putShort((short) 60_002).position(out.position() + 60_000);
      }
      out.put(file, 2, file.length - 2);
      Files.write(profiles.resolve(Path.of(name).getFileName()), out.array());
    }
    Ran ran =
        Ran.of(
            () ->
                new Pack()
                    .execute(
                        words(
                            List.of("--input", profiles, "--labels", "folder", "--output", out))));

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    Dataset<Row> loose =
        spark.read().format("imagefolder").option("labels", "folder").load(profiles.toString());
    assertThat(contents(packed())).isEqualTo(contents(loose)).hasSize(3);
  }

  @Test
  void modelsSeeNoDifference() {
    assertDone(pack(LARGE_CHUNK, SIZE));
    Object[] network = {"--hidden", 16, "--latent", 2, "--epochs", 2, "--workers", 2};
    Path loose = folder.resolve("loose");
    Path tight = folder.resolve("tight");
    train(photos, loose, concat(SIZE, network));
    train(out, tight, network);
    List<Row> expected = scores(loose, photos);
    List<Row> scores = scores(tight, out);
    assertThat(scores).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(scores.get(i).getString(0)).isEqualTo(expected.get(i).getString(0));
      assertThat(scores.get(i).getDouble(1))
          .isCloseTo(expected.get(i).getDouble(1), within(SAME_SCORE));
    }
  }

  private static Object[] concat(Object[] one, Object[] other) {
    List<Object> all = new ArrayList<>(Arrays.asList(one));
    all.addAll(Arrays.asList(other));
    return all.toArray();
  }

  private static void train(Path images, Path model, Object... options) {
    List<Object> args = new ArrayList<>(List.of("--input", images, "--output", model));
    args.addAll(Arrays.asList(options));
    Ran ran = Ran.of(() -> Train.run(words(args)));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private List<Row> scores(Path model, Path images) {
    Path scores = model.resolveSibling(model.getFileName() + "-scores");
    Ran ran =
        Ran.of(
            () ->
                Score.run(
                    words(List.of("--model-dir", model, "--input", images, "--output", scores))));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return spark
        .read()
        .parquet(scores.toString())
        .select("id", "anomalyScore")
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void goesOnWithoutThePictureThatStoppedIt() throws IOException {
    interrupted();
    Files.delete(photos.resolve(name(33)));
    // As a killed run leaves them: files of a chunk that is not recorded, and those of its tasks.
    Files.copy(
        parquet(packing()).get(0),
        packing().resolve("part-00000-5f1c6a52-0b7e-4d0b-9c55-3a6f0f7f5b11-c000.zstd.parquet"));
    Files.createDirectories(packing().resolve("_temporary/0"));
    Files.writeString(packing().resolve("_pack/chunk-000003.json.new"), "{");

    Ran resumed = packInChunks();

    assertDone(resumed);
    assertThat(resumed.err())
        .contains("Going on with an unfinished pack: 30 of 59 images are packed")
        .doesNotContain("Packed 30 of");
    assertThat(contents(packed())).isEqualTo(uninterrupted()).hasSize(IMAGES - 1);
  }

  @Test
  void goesOnWithOtherFileSizesAndNewImagesBehind() throws IOException {
    interrupted();
    write(name(33), 1);
    write("good/100.png", 2);

    Ran resumed = pack(LARGE_CHUNK, concat(SIZE, new Object[] {"--labels=folder"}));

    assertDone(resumed);
    assertThat(contents(packed())).isEqualTo(uninterrupted()).hasSize(IMAGES + 1);
    assertThat(parquet(out)).hasSize(7);
  }

  @Test
  void refusesToGoOnWithOtherFiles() throws IOException {
    interrupted();
    Path picture = photos.resolve(name(3));
    byte[] content = Files.readAllBytes(picture);
    FileTime time = Files.getLastModifiedTime(picture);

    Files.delete(picture);
    assertUnfit(name(3) + " is packed and has gone");
    Files.write(picture, content);
    Files.setLastModifiedTime(picture, FileTime.fromMillis(time.toMillis() + 3_600_000));
    assertUnfit(name(3) + " has changed since it was packed");
    Files.setLastModifiedTime(picture, FileTime.fromMillis(time.toMillis() - 3_600_000));
    assertUnfit(
        String.format(
            Locale.ROOT,
            "an image from %s to %s has changed since it was packed",
            name(0),
            name(9)));
    Files.setLastModifiedTime(picture, time);
    write("bad/0035.png", 1);
    assertUnfit("bad/0035.png is new among images that are packed");
    Files.delete(photos.resolve("bad/0035.png"));
    Path data = parquet(packing()).get(2);
    Files.move(data, folder.resolve("moved"));
    assertUnfit(
        String.format(
            Locale.ROOT, "its file %s is missing or has another length", data.getFileName()));
    Files.move(folder.resolve("moved"), data);

    // All as it was: nothing has come to harm.
    Files.delete(photos.resolve(name(33)));
    assertDone(packInChunks());
    assertThat(contents(packed())).isEqualTo(uninterrupted());
  }

  private void assertUnfit(String difference) {
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT,
            "file:%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over",
            packing(),
            difference));
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesToGoOnWithOtherOptions() throws IOException {
    interrupted();
    String unfit =
        "file:%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over";
    assertRefused(
        pack(
            SMALL_CHUNK,
            "--height=9",
            "--width=8",
            "--channels=1",
            "--labels=folder",
            "--input-option=maxPixels=1000"),
        String.format(
            Locale.ROOT,
            unfit,
            packing(),
            "--height was '8' and is '9', --input-option maxPixels was not given and is '1000'"));
    assertRefused(
        pack(SMALL_CHUNK, concat(SIZE, new Object[] {"--labels=none"})),
        String.format(Locale.ROOT, unfit, packing(), "--labels was 'folder' and is 'none'"));
    write("ugly/1.png", 1);
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT, unfit, packing(), "the labels number other folders: ugly is new"));
    Files.delete(photos.resolve("ugly/1.png"));
    Files.delete(photos.resolve(name(33)));

    // --overwrite starts over where the unfinished pack does not fit, and goes on where it does.
    Ran fits = packInChunks("--overwrite");
    assertDone(fits);
    assertThat(fits.err()).contains("30 of 59 images are packed");
  }

  @Test
  void overwriteStartsOverWhereTheUnfinishedPackDoesNotFit() throws IOException {
    interrupted();
    Files.delete(photos.resolve(name(33)));
    Ran ran = pack(LARGE_CHUNK, "--overwrite", "--height=4", "--width=4");
    assertDone(ran);
    assertThat(ran.err()).doesNotContain("Going on");
    assertThat(packed().where("image.height = 4").count()).isEqualTo(IMAGES - 1);
    assertThat(packed().count()).isEqualTo(IMAGES - 1);
  }

  @Test
  void leavesOutWhatCannotBeReadIfAsked() throws IOException {
    Files.writeString(photos.resolve(name(2)), "no picture");
    Files.write(photos.resolve(name(33)), new byte[0]);

    Ran ran = packInChunks("--mode", "dropmalformed");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err())
        .contains("Left out 1 that cannot be read: " + name(2))
        .contains("Left out 1 that cannot be read: " + name(33))
        .endsWith(
            String.format(Locale.ROOT, "Packed 58 images (2 unreadable left out): %s\n", out));
    assertThat(contents(packed())).hasSize(IMAGES - 2).doesNotContainKeys(name(2), name(33));
    for (String option : List.of("--mode=PERMISSIVE", "--mode=permissive")) {
      assertRefused(
          packInChunks(option),
          "--mode must be FAILFAST or DROPMALFORMED: a pack holds images, so there is no PERMISSIVE");
    }
  }

  @Test
  void goesOnWithoutThoseLeftOutBefore() throws IOException {
    Files.writeString(photos.resolve(name(2)), "no picture");
    assertThat(packInChunks("--mode=DROPMALFORMED").exitCode()).isZero();
    Map<String, String> expected = contents(packed());
    Files.move(out, folder.resolve("expected"));
    firstChunkDropping();
    String unfit =
        "file:%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over";
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT, unfit, packing(), "--mode was 'DROPMALFORMED' and is 'FAILFAST'"));
    byte[] damaged = Files.readAllBytes(photos.resolve(name(2)));
    FileTime time = Files.getLastModifiedTime(photos.resolve(name(2)));
    write(name(2), 2);
    assertRefused(
        packInChunks("--mode=DROPMALFORMED"),
        String.format(Locale.ROOT, unfit, packing(), name(2) + " has changed since it was packed"));
    Files.write(photos.resolve(name(2)), damaged);
    Files.setLastModifiedTime(photos.resolve(name(2)), time);

    Ran resumed = packInChunks("--mode=DROPMALFORMED");

    assertThat(resumed.err())
        .contains("Going on with an unfinished pack: 10 of 60 images are packed")
        .endsWith(
            String.format(Locale.ROOT, "Packed 59 images (1 unreadable left out): %s\n", out));
    assertThat(contents(packed())).isEqualTo(expected);
  }

  /** What a pack that was killed leaves behind its first chunk. */
  private void firstChunkDropping() throws IOException {
    PackSettings settings =
        new PackSettings(
            Map.of(
                "--input",
                "file:" + photos,
                "--mode",
                "DROPMALFORMED",
                "--labels",
                "folder",
                "--height",
                "8",
                "--width",
                "8",
                "--channels",
                "1"),
            List.of("bad", "good"));
    ImageListing listing =
        ImageListing.of(
            List.of(photos.toString()), Map.of("labels", "folder", "mode", "DROPMALFORMED"));
    org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path(packing().toUri());
    FileSystem files = directory.getFileSystem(spark.sessionState().newHadoopConf());
    long listed = System.currentTimeMillis();
    PackState state = PackState.open(spark, files, directory, settings, listing, false);
    listing
        .rows(spark, 0, 10, 5, new Preprocessing(8, 8, 1))
        .write()
        .mode(SaveMode.Append)
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(directory.toString());
    assertThat(state.add(listing, 0, 10, listed)).containsExactly(name(2));
    assertThat(state.dropped()).isEqualTo(1);
  }

  @Test
  void nothingPackedLeavesNothing() throws IOException {
    Files.writeString(photos.resolve(name(2)), "no picture");
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT,
            "file:%s is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image",
            photos.resolve(name(2))));
    assertThat(packing()).doesNotExist();
    assertThat(out).doesNotExist();
  }

  @Test
  void replacesAnOutputOnlyWhenAsked() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("mine"), "keep");
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT, "the output %s exists already: choose another or pass --overwrite", out));
    assertThat(out.resolve("mine")).exists();
    assertRefused(
        packInChunks("--overwrite"),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: it holds files that no job has written (mine); choose another, or remove it yourself",
            out));
    assertThat(out.resolve("mine")).hasContent("keep");
    Files.delete(out.resolve("mine"));
    assertDone(packInChunks("--overwrite"));
    List<Path> earlier = parquet(out);
    assertDone(packInChunks("--overwrite"));
    assertThat(earlier).noneMatch(Files::exists);
  }

  @Test
  void leavesADirectoryAloneThatIsNoPack() throws IOException {
    Files.createDirectory(packing());
    Files.writeString(packing().resolve("mine"), "keep");
    for (String option : List.of("--verbose=false", "--overwrite")) {
      assertRefused(
          pack(LARGE_CHUNK, option),
          String.format(
              Locale.ROOT,
              "file:%s is in the way: it is no unfinished pack, so remove or rename it",
              packing()));
    }
    assertThat(packing().resolve("mine")).hasContent("keep");
  }

  @Test
  void wrongOptions() {
    String[][] wrong = {
      {"--labels=file", "--labels must be folder or none, but is 'file'"},
      {"--compression=lzo", "--compression must be one of none, snappy, zstd, but is 'lzo'"},
      {"--file-size=12x", "--file-size must be a number of bytes such as 128m, but is '12x'"},
      {"--file-size=0m", "--file-size must be a number of bytes such as 128m, but is '0m'"},
      {"--input-option=Labels=folder", "--input-option labels: give --labels instead"},
      {"--channels=2", "--channels must be 1, 3, or 0 for as in the data, but are 2"},
      {
        "--height=8",
        "--height and --width must be given together, but --height is 8 and --width is 0"
      },
      {
        "--input-option=maxPixels=none",
        "option maxPixels must be a whole number of at least 1, but is none"
      },
    };
    for (String[] option : wrong) {
      assertRefused(pack(LARGE_CHUNK, option[0]), option[1]);
    }
    assertThat(packing()).doesNotExist();
    assertRefused(
        Ran.of(() -> Pack.run("--input", photos + "/none", "--output", out.toString())),
        photos + "/none does not exist");
  }
}
