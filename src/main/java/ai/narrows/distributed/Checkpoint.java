package ai.narrows.distributed;

import ai.narrows.images.InputException;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingProgress;
import ai.narrows.train.TrainingState;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One checkpoint, a folder: {@code training.json} says which training this is and how far it has
 * come, {@code state}, {@code best} (left out where the last epoch is the best) and {@code
 * velocity} (left out where the outer step has none) hold its values as little-endian float32, and
 * {@code manifest.json}, written when all else is there, has the lengths and SHA-256 of these.
 * Without a manifest it is no checkpoint: a rename would not be atomic on object stores.
 */
final class Checkpoint {
  /** Raised when an older reader could not make sense of what is written. */
  private static final int VERSION = 1;

  private static final String MANIFEST = "manifest.json";
  private static final String TRAINING = "training.json";
  private static final String STATE = "state";
  private static final String BEST = "best";
  private static final String VELOCITY = "velocity";
  private static final int JSON_BYTES = 16 << 20;
  private static final int CHUNK_BYTES = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** What a manifest says; files by name. */
  private record Manifest(int formatVersion, Map<String, Content> files) {}

  private record Content(long length, String sha256) {}

  /**
   * What is not an array of floats.
   *
   * @param identity what tells one training from another, by name
   * @param parameters length of the parameter vector
   * @param values length of the state
   */
  private record Words(
      Map<String, String> identity,
      int parameters,
      int values,
      double updates,
      double bestUpdates,
      int bestEpoch,
      double bestLoss,
      List<EpochReport> history) {

    boolean lastIsBest() {
      return bestEpoch == history.size();
    }
  }

  private final FileSystem files;
  private final Path folder;
  private final Words words;
  private final int velocity; // its length

  private Checkpoint(FileSystem files, Path folder, Words words, int velocity) {
    this.files = files;
    this.folder = folder;
    this.words = words;
    this.velocity = velocity;
  }

  /** Writes one; what an interrupted attempt has left in the folder goes. */
  static void write(
      FileSystem files, Path folder, Map<String, String> identity, TrainingProgress progress)
      throws IOException {
    files.delete(folder, true);
    files.mkdirs(folder);
    TrainingState state = progress.state();
    TrainingState best = progress.best();
    Map<String, Content> contents = new TreeMap<>();
    contents.put(STATE, write(files, new Path(folder, STATE), state.values()));
    if (best != state) {
      contents.put(BEST, write(files, new Path(folder, BEST), best.values()));
    }
    if (progress.velocity().length > 0) {
      contents.put(VELOCITY, write(files, new Path(folder, VELOCITY), progress.velocity()));
    }
    Words words =
        new Words(
            identity,
            state.parameterCount(),
            state.values().length,
            state.updates(),
            best.updates(),
            progress.bestEpoch(),
            progress.bestLoss(),
            progress.history());
    contents.put(TRAINING, write(files, new Path(folder, TRAINING), JSON.writeValueAsBytes(words)));
    write(
        files, new Path(folder, MANIFEST), JSON.writeValueAsBytes(new Manifest(VERSION, contents)));
  }

  private static Content write(FileSystem files, Path file, float[] values) throws IOException {
    return write(
        files,
        file,
        out -> {
          ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
          int step = CHUNK_BYTES / Float.BYTES;
          for (int at = 0; at < values.length; at += step) {
            int n = Math.min(step, values.length - at);
            chunk.asFloatBuffer().put(values, at, n);
            out.write(chunk.array(), 0, n * Float.BYTES);
          }
        });
  }

  private static Content write(FileSystem files, Path file, byte[] bytes) throws IOException {
    return write(files, file, out -> out.write(bytes));
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private static Content write(FileSystem files, Path file, Writing writing) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    try (OutputStream out = new DigestOutputStream(files.create(file, true), digest)) {
      writing.to(out);
    }
    return new Content(
        files.getFileStatus(file).getLen(), HexFormat.of().formatHex(digest.digest()));
  }

  /** Whether a folder has a manifest; it may yet turn out to be damaged. */
  static boolean isComplete(FileSystem files, Path folder) throws IOException {
    return files.exists(new Path(folder, MANIFEST));
  }

  /** Deletes one, in an order that never leaves a manifest over missing files. */
  static void delete(FileSystem files, Path folder) throws IOException {
    files.delete(new Path(folder, MANIFEST), false);
    files.delete(folder, true);
  }

  /**
   * Opens one, and makes sure that every file is what the manifest says.
   *
   * @return empty where writing it has never come to its end
   * @throws InputException if it is damaged, or of a newer format
   */
  static Optional<Checkpoint> open(FileSystem files, Path folder) throws IOException {
    Manifest manifest;
    try {
      Path file = new Path(folder, MANIFEST);
      manifest = JSON.readValue(json(files, file), Manifest.class);
    } catch (JsonProcessingException
        | FileNotFoundException
        | EOFException
        | ChecksumException
        | InputException e) {
      return Optional.empty(); // interrupted in its last moment
    }
    if (manifest.formatVersion() != VERSION) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the checkpoint %s has format version %d, but this Narrows reads %d",
              folder,
              manifest.formatVersion(),
              VERSION));
    }
    try {
      for (Map.Entry<String, Content> entry : manifest.files().entrySet()) {
        check(files, folder, entry.getKey(), entry.getValue());
      }
      Words words = JSON.readValue(json(files, new Path(folder, TRAINING)), Words.class);
      Map<String, Integer> lengths = new TreeMap<>(Map.of(STATE, words.values()));
      if (!words.lastIsBest()) {
        lengths.put(BEST, words.values());
      }
      boolean hasVelocity = manifest.files().containsKey(VELOCITY);
      if (hasVelocity) {
        lengths.put(VELOCITY, words.parameters());
      }
      for (Map.Entry<String, Integer> entry : lengths.entrySet()) {
        Content content = manifest.files().get(entry.getKey());
        if (content == null || content.length() != (long) entry.getValue() * Float.BYTES) {
          throw damaged(
              folder,
              String.format(
                  Locale.ROOT,
                  "its file %s does not hold %d values",
                  entry.getKey(),
                  entry.getValue()),
              null);
        }
      }
      return Optional.of(
          new Checkpoint(files, folder, words, hasVelocity ? words.parameters() : 0));
    } catch (JsonProcessingException | FileNotFoundException | EOFException | ChecksumException e) {
      throw damaged(folder, e.getMessage(), e);
    }
  }

  private static void check(FileSystem files, Path folder, String name, Content content)
      throws IOException {
    if (!List.of(STATE, BEST, VELOCITY, TRAINING).contains(name) || content == null) {
      throw damaged(folder, "it names a file '" + name + "'", null);
    }
    Path file = new Path(folder, name);
    FileStatus status = files.getFileStatus(file);
    if (status.getLen() != content.length()) {
      throw damaged(
          folder,
          String.format(
              Locale.ROOT,
              "its file %s has %d bytes instead of %d",
              name,
              status.getLen(),
              content.length()),
          null);
    }
    MessageDigest digest = DigestUtils.getSha256Digest();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = files.open(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(content.sha256())) {
      throw damaged(folder, "the checksum of its file " + name + " does not match", null);
    }
  }

  private static byte[] json(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      byte[] bytes = in.readNBytes(JSON_BYTES + 1);
      if (bytes.length > JSON_BYTES) {
        throw damaged(file, "it has more than " + JSON_BYTES + " bytes", null);
      }
      return bytes;
    }
  }

  private static InputException damaged(Path folder, String reason, Exception cause) {
    return new InputException(
        String.format(Locale.ROOT, "the checkpoint %s is damaged: %s", folder, reason), cause);
  }

  Path folder() {
    return folder;
  }

  /** What tells its training from others, by name. */
  Map<String, String> identity() {
    return words.identity();
  }

  /** Epochs that it has behind it. */
  int epochs() {
    return words.history().size();
  }

  /**
   * Reads its arrays.
   *
   * @param start the beginning of such a training, for its lengths
   */
  TrainingProgress progress(TrainingProgress start) throws IOException {
    checkLength("parameters", words.parameters(), start.state().parameterCount());
    checkLength("values", words.values(), start.state().values().length);
    checkLength("values of velocity", velocity, start.velocity().length);
    TrainingState state = state(STATE, words.updates());
    return new TrainingProgress(
        state,
        floats(VELOCITY, velocity),
        words.lastIsBest() ? state : state(BEST, words.bestUpdates()),
        words.bestEpoch(),
        words.bestLoss(),
        words.history());
  }

  private void checkLength(String what, int length, int expected) {
    if (length != expected) {
      throw damaged(
          folder,
          String.format(Locale.ROOT, "it has %d %s, where %d belong", length, what, expected),
          null);
    }
  }

  private TrainingState state(String name, double updates) throws IOException {
    return new TrainingState(floats(name, words.values()), words.parameters(), updates);
  }

  /** The values of a file; one of length 0 is not there. */
  private float[] floats(String name, int length) throws IOException {
    float[] values = new float[length];
    if (length == 0) {
      return values;
    }
    byte[] chunk = new byte[CHUNK_BYTES];
    int step = CHUNK_BYTES / Float.BYTES;
    try (DataInputStream in = new DataInputStream(files.open(new Path(folder, name)))) {
      for (int at = 0; at < values.length; at += step) {
        int n = Math.min(step, values.length - at);
        in.readFully(chunk, 0, n * Float.BYTES);
        ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, at, n);
      }
    }
    return values;
  }
}
