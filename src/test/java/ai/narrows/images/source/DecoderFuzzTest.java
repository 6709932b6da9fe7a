package ai.narrows.images.source;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.decode.ImageDecoder;
import ai.narrows.images.decode.ImageFiles;
import ai.narrows.images.decode.Picture;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sound files with damage done to them, through everything that reads files: each is read or
 * refused in one sentence, soon and in little memory. {@code -Dnarrows.fuzz=N} says how many.
 */
class DecoderFuzzTest {

  private static final int MUTATIONS = Integer.getInteger("narrows.fuzz", 500);
  private static final int MAX_PIXELS = 1 << 16;
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** What a reader may allocate: buffers and tables, some copies of the pixels. */
  private static final long MOST_BYTES = 64 << 20;

  @TempDir Path dir;
  private final Configuration conf = new Configuration();

  /** Reads a file in one way; returns how many values it held. */
  private interface Reader {
    long read(byte[] file) throws IOException;
  }

  /** A sound file and what reads it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Subject(String name, byte[] file, Reader reader) {}

  @Test
  void damageIsFoundAndNothingElseHappens() throws Exception {
    List<Subject> subjects = subjects();
    for (Subject subject : subjects) {
      assertThat(subject.reader.read(subject.file)).as(subject.name).isPositive();
    }
    List<String> failures = new ArrayList<>();
    Map<String, int[]> outcomes = new LinkedHashMap<>(); // read, refused
    ExecutorService thread = Executors.newSingleThreadExecutor(DecoderFuzzTest::daemon);
    for (int i = 0; i < MUTATIONS; i++) {
      Subject subject = subjects.get(i % subjects.size());
      byte[] other = subjects.get((i * 7 + 3) % subjects.size()).file;
      byte[] damaged = Mutation.of(new Random(i), subject.file, other);
      Future<Boolean> read = thread.submit(() -> isRead(subject.reader, damaged));
      String what = String.format(Locale.ROOT, "%s, mutation %d", subject.name, i);
      try {
        boolean sound = read.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        outcomes.computeIfAbsent(subject.name, name -> new int[2])[sound ? 0 : 1]++;
      } catch (ExecutionException e) {
        failures.add(what + ": " + e.getCause());
      } catch (TimeoutException e) {
        failures.add(what + ": took over " + LONGEST);
        thread = Executors.newSingleThreadExecutor(DecoderFuzzTest::daemon);
      }
    }
    thread.shutdownNow();
    assertThat(failures).isEmpty();
    // Mutations that all are refused at the door, or that hurt nothing, would find nothing.
    int sound = outcomes.values().stream().mapToInt(counts -> counts[0]).sum();
    assertThat(sound).isBetween(MUTATIONS / 10, MUTATIONS - MUTATIONS / 10);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "fuzz");
    thread.setDaemon(true);
    return thread;
  }

  private static boolean isRead(Reader reader, byte[] file) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      return reader.read(file) >= 0;
    } catch (InputException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("null");
      return false;
    } finally {
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated")
          .isLessThan(MOST_BYTES);
    }
  }

  private List<Subject> subjects() throws IOException {
    List<Subject> subjects = new ArrayList<>();
    ImageDecoder decoder = new ImageDecoder(MAX_PIXELS);
    for (Map.Entry<String, byte[]> sample : ImageFiles.samples().entrySet()) {
      subjects.add(new Subject(sample.getKey(), sample.getValue(), file -> decoded(decoder, file)));
    }
    for (String name :
        List.of("webp/partitions.webp", "webp/alpha-1-best.webp", "gif/offset.gif")) {
      byte[] file = Files.readAllBytes(Path.of("src/test/resources/decoders", name));
      subjects.add(new Subject(name, file, damaged -> decoded(decoder, damaged)));
    }
    byte[] idx = IdxFixture.images(20);
    byte[] cifar = IdxFixture.random(3073 * 3);
    for (int i = 0; i < cifar.length; i += 3073) {
      cifar[i] = 7;
    }
    Reader ofIdx = file -> records("images-idx3-ubyte", file, IdxFile::open);
    Reader ofCifar =
        file ->
            records("test_batch.bin", file, (status, conf) -> CifarFile.open(status, null, conf));
    subjects.add(new Subject("idx", idx, ofIdx));
    subjects.add(new Subject("idx.gz", IdxFixture.gzip(idx), ofIdx));
    subjects.add(new Subject("packed idx", idx, file -> ofIdx.read(IdxFixture.gzip(file))));
    subjects.add(new Subject("cifar", cifar, ofCifar));
    subjects.add(new Subject("cifar.gz", IdxFixture.gzip(cifar), ofCifar));
    subjects.add(new Subject("packed cifar", cifar, file -> ofCifar.read(IdxFixture.gzip(file))));
    return subjects;
  }

  private static long decoded(ImageDecoder decoder, byte[] file) {
    Picture picture = decoder.decode(file);
    ImageShape shape = picture.shape();
    assertThat((long) shape.height() * shape.width()).isLessThanOrEqualTo(MAX_PIXELS);
    assertThat(picture.pixels()).hasSize(shape.height() * shape.width() * picture.channels());
    return picture.pixels().length;
  }

  private interface Opener {
    RecordFile open(FileStatus status, Configuration conf) throws IOException;
  }

  /** Reads a file of records as Spark's tasks do; labels stand beside those of images. */
  private long records(String name, byte[] content, Opener opener) throws IOException {
    Path path = Files.write(dir.resolve(name), content);
    Files.write(dir.resolve("labels-idx1-ubyte"), IdxFixture.labels(20));
    org.apache.hadoop.fs.Path found = new org.apache.hadoop.fs.Path(path.toUri());
    FileStatus status = FileSystem.getLocal(conf).getRaw().getFileStatus(found);
    RecordFile file = SourcePaths.orExplain(path.toString(), () -> opener.open(status, conf));
    StructType columns =
        new StructType().add("label", DataTypes.IntegerType).add("image", ImageRows.schema());
    long values = 0;
    for (RecordRange range : RecordRange.split(file, name, 1 << 20)) {
      try (RecordReader reader = new RecordReader(range, columns, conf)) {
        while (reader.next()) {
          InternalRow image = reader.get().getStruct(1, ImageRows.FIELDS);
          assertThat(image.getBinary(5)).hasSize(file.shape().size());
          values += image.getBinary(5).length;
        }
      }
    }
    return values;
  }

  /** Kinds of damage. */
  private enum Mutation {
    FLIP {
      @Override
      byte[] apply(Random random, byte[] file, byte[] other) {
        for (int i = 1 + random.nextInt(16); i > 0; i--) {
          file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return file;
      }
    },
    CUT {
      @Override
      byte[] apply(Random random, byte[] file, byte[] other) {
        return Arrays.copyOf(file, random.nextInt(file.length));
      }
    },
    ZERO {
      @Override
      byte[] apply(Random random, byte[] file, byte[] other) {
        int from = random.nextInt(file.length);
        Arrays.fill(file, from, Math.min(file.length, from + 1 + random.nextInt(64)), (byte) 0);
        return file;
      }
    },
    SCRAMBLE {
      @Override
      byte[] apply(Random random, byte[] file, byte[] other) {
        byte[] noise = new byte[Math.min(file.length, 1 + random.nextInt(32))];
        random.nextBytes(noise);
        System.arraycopy(
            noise, 0, file, random.nextInt(file.length - noise.length + 1), noise.length);
        return file;
      }
    },
    /** Numbers in the header, lengths and sizes among them, become very large or very small. */
    EXTREME {
      @Override
      byte[] apply(Random random, byte[] file, byte[] other) {
        byte[][] extremes = {{-1}, {0x7f, -1, -1, -1}, {-1, -1, -1, -1}, {-1, -1}, {-128, 0, 0, 0}};
        byte[] extreme = extremes[random.nextInt(extremes.length)];
        int end = random.nextBoolean() ? Math.min(64, file.length) : file.length;
        int at = random.nextInt(Math.max(1, end - extreme.length + 1));
        System.arraycopy(extreme, 0, file, at, Math.min(extreme.length, file.length - at));
        return file;
      }
    },
    /** The beginning of one file, then the end of another. */
    SPLICE {
      @Override
      byte[] apply(Random random, byte[] file, byte[] other) {
        int cut = random.nextInt(file.length);
        int from = random.nextInt(other.length);
        return ImageFiles.joined(
            Arrays.copyOf(file, cut), Arrays.copyOfRange(other, from, other.length));
      }
    };

    /**
     * Does the damage.
     *
     * @param file overwritten
     */
    abstract byte[] apply(Random random, byte[] file, byte[] other);

    static byte[] of(Random random, byte[] file, byte[] other) {
      Mutation mutation = values()[random.nextInt(values().length)];
      return mutation.apply(random, file.clone(), other);
    }
  }
}
