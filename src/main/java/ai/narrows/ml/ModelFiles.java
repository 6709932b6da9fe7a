package ai.narrows.ml;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The two files of a saved model, found by where they lie: no name inside a model ever becomes a
 * path. What is hidden, as {@code _SUCCESS}, does not matter, nor does what else lies beside their
 * folders, as {@code history.jsonl}.
 */
final class ModelFiles {
  private static final String METADATA = "metadata";
  private static final String DATA = "data";

  /** The most that metadata may take: some 90,000 epochs of history. */
  private static final int METADATA_BYTES = 16 << 20;

  /** The most entries that a folder is looked through for. */
  private static final int ENTRIES = 100;

  private final FileSystem files;
  private final Path model;

  private ModelFiles(FileSystem files, Path model) {
    this.files = files;
    this.model = model;
  }

  /**
   * Those of the model in a directory.
   *
   * @throws InputException if it does not look like a model
   */
  static ModelFiles in(String path, Configuration hadoop) throws IOException {
    Path model = PathName.path(path);
    FileSystem files = model.getFileSystem(hadoop);
    // Without the .crc files of local disks: they may name any length of buffer, and say less than
    // the model's own checksum.
    FileSystem raw = files instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files;
    for (String folder : new String[] {METADATA, DATA}) {
      if (!isFolder(raw, new Path(model, folder))) {
        throw new InputException(path + " is not a Narrows model: it has no folder " + folder);
      }
    }
    return new ModelFiles(raw, model);
  }

  private static boolean isFolder(FileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path).isDirectory();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /**
   * The line of metadata.
   *
   * @throws IllegalArgumentException if it is damaged; the message goes on from "is damaged:"
   */
  String metadata() throws IOException {
    FileStatus file = only(METADATA);
    if (file.getLen() > METADATA_BYTES) {
      throw new IllegalArgumentException("its metadata has " + file.getLen() + " bytes");
    }
    byte[] bytes = new byte[(int) file.getLen()];
    try (FSDataInputStream in = files.open(file.getPath())) {
      in.readFully(0, bytes);
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    if (line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("its metadata has more than one line");
    }
    return line;
  }

  /**
   * The parameters as little-endian float32.
   *
   * @param count how many there must be
   * @throws IllegalArgumentException if they are damaged; the message goes on from "is damaged:"
   */
  byte[] parameters(int count) throws IOException {
    return ParameterFile.read(files, only(DATA), count);
  }

  /** The only file of a folder. */
  private FileStatus only(String folder) throws IOException {
    RemoteIterator<FileStatus> entries = files.listStatusIterator(new Path(model, folder));
    FileStatus only = null;
    for (int n = 0; entries.hasNext(); n++) {
      FileStatus entry = entries.next();
      boolean hidden = entry.getPath().getName().matches("(?s)[._].*");
      if (n == ENTRIES || (!hidden && (only != null || !entry.isFile()))) {
        throw new IllegalArgumentException("its folder " + folder + " holds more than one file");
      }
      only = hidden ? only : entry;
    }
    if (only == null || only.getLen() == 0) {
      throw new IllegalArgumentException("its folder " + folder + " holds nothing");
    }
    return only;
  }
}
