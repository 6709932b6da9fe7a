package ai.narrows.distributed;

import ai.narrows.images.InputException;
import ai.narrows.json.StrictJson;
import ai.narrows.tensors.Tensor;
import ai.narrows.tensors.TensorFile;
import ai.narrows.tensors.TensorReader;
import ai.narrows.tensors.TensorValues;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingProgress;
import ai.narrows.train.TrainingState;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
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
 * come, {@code state.safetensors} holds its values, and {@code manifest.json}, written when all
 * else is there, has the lengths and SHA-256 of these. Without a manifest it is no checkpoint: a
 * rename would not be atomic on object stores.
 */
final class Checkpoint {
  /** Raised when an older reader could not make sense of what is written. */
  private static final int VERSION = 1;

  private static final String MANIFEST = "manifest.json";
  private static final String TRAINING = "training.json";
  private static final String STATE = "state" + TensorFile.ENDING;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final StrictJson JSON = Identity.JSON;

  /** What a manifest says; files by name. */
  private record Manifest(int formatVersion, Map<String, Content> files) {}

  private record Content(long length, String sha256) {}

  /**
   * What is no tensor.
   *
   * @param identity what tells one training from another
   * @param bestLoss infinite without validation rows
   */
  private record Words(
      Map<String, JsonNode> identity,
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

  private Checkpoint(FileSystem files, Path folder, Words words) {
    this.files = files;
    this.folder = folder;
    this.words = words;
  }

  /** Writes one; what an interrupted attempt has left in the folder goes. */
  static void write(FileSystem files, Path folder, Identity identity, TrainingProgress progress)
      throws IOException {
    files.delete(folder, true);
    files.mkdirs(folder);
    TrainingState best = progress.best();
    Words words =
        new Words(
            identity.values(),
            progress.state().updates(),
            best.updates(),
            progress.bestEpoch(),
            progress.bestLoss(),
            progress.history());
    List<TensorValues> values = values(progress, words.lastIsBest());
    Map<String, Content> contents = new TreeMap<>();
    contents.put(STATE, write(files, folder, STATE, out -> TensorFile.write(out, values)));
    contents.put(TRAINING, write(files, folder, TRAINING, out -> out.write(JSON.bytes(words))));
    Manifest manifest = new Manifest(VERSION, contents);
    write(files, folder, MANIFEST, out -> out.write(JSON.bytes(manifest)));
  }

  /**
   * The values of a training, as {@code state} and {@code best} [1 + vectors of the updater,
   * parameters] and {@code velocity} [parameters].
   *
   * @param lastIsBest whether best is left out, being the state; velocity is where there is none
   */
  private static List<TensorValues> values(TrainingProgress progress, boolean lastIsBest) {
    List<TensorValues> values = new ArrayList<>();
    values.add(values("state", progress.state()));
    if (!lastIsBest) {
      values.add(values("best", progress.best()));
    }
    float[] velocity = progress.velocity();
    if (velocity.length > 0) {
      values.add(new TensorValues(Tensor.of("velocity", velocity.length), velocity, 0));
    }
    return values;
  }

  private static TensorValues values(String name, TrainingState state) {
    int parameters = state.parameterCount();
    float[] values = state.values();
    return new TensorValues(Tensor.of(name, values.length / parameters, parameters), values, 0);
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private static Content write(FileSystem files, Path folder, String name, Writing writing)
      throws IOException {
    Path file = new Path(folder, name);
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
   * @throws InputException if it is damaged, or of another format
   */
  static Optional<Checkpoint> open(FileSystem files, Path folder) throws IOException {
    Manifest manifest;
    try {
      manifest = read(files, folder, MANIFEST, Manifest.class);
    } catch (FileNotFoundException
        | EOFException
        | ChecksumException
        | IllegalArgumentException e) {
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
      for (String name : List.of(STATE, TRAINING)) {
        if (!manifest.files().containsKey(name)) {
          throw damaged(folder, "its manifest does not name the file " + name, null);
        }
      }
      Words words = read(files, folder, TRAINING, Words.class);
      return Optional.of(new Checkpoint(files, folder, words));
    } catch (FileNotFoundException | EOFException | ChecksumException e) {
      throw damaged(folder, e.getMessage(), e);
    } catch (InputException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw damaged(folder, e.getMessage(), e);
    }
  }

  private static void check(FileSystem files, Path folder, String name, Content content)
      throws IOException {
    if (!List.of(STATE, TRAINING).contains(name)) {
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

  private static <T> T read(FileSystem files, Path folder, String name, Class<T> type)
      throws IOException {
    try (InputStream in = files.open(new Path(folder, name))) {
      return JSON.read(in, "its file " + name, type);
    }
  }

  private static InputException damaged(Path folder, String reason, Exception cause) {
    return new InputException(
        String.format(Locale.ROOT, "the checkpoint %s is damaged: %s", folder, reason), cause);
  }

  Path folder() {
    return folder;
  }

  /** What tells its training from others. */
  Identity identity() {
    return new Identity(words.identity());
  }

  /** Epochs that it has behind it. */
  int epochs() {
    return words.history().size();
  }

  /**
   * Reads its values.
   *
   * @param start the beginning of such a training, for its lengths
   */
  TrainingProgress progress(TrainingProgress start) throws IOException {
    int length = start.state().values().length;
    int parameters = start.state().parameterCount();
    TrainingState state = new TrainingState(new float[length], parameters, words.updates());
    TrainingProgress progress =
        new TrainingProgress(
            state,
            new float[start.velocity().length],
            words.lastIsBest()
                ? state
                : new TrainingState(new float[length], parameters, words.bestUpdates()),
            words.bestEpoch(),
            words.bestLoss(),
            words.history());
    Path file = new Path(folder, STATE);
    try (InputStream in = files.open(file)) {
      TensorReader.open(in, files.getFileStatus(file).getLen())
          .read(values(progress, words.lastIsBest()));
    } catch (IllegalArgumentException e) {
      throw damaged(folder, "its file " + STATE + " " + e.getMessage(), e);
    }
    return progress;
  }
}
