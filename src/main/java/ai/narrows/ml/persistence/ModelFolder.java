package ai.narrows.ml.persistence;

import ai.narrows.images.InputException;
import ai.narrows.images.features.Backbones;
import ai.narrows.images.source.PathName;
import ai.narrows.json.StrictJson;
import ai.narrows.tensors.Tensor;
import ai.narrows.tensors.TensorFile;
import ai.narrows.tensors.TensorReader;
import ai.narrows.tensors.TensorValues;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files of a saved model, found by where they lie: no name inside a model ever becomes a path.
 * What is hidden, as {@code _SUCCESS}, does not matter, nor does what else lies beside them, as
 * {@code history.jsonl}.
 */
final class ModelFolder {
  static final String METADATA = "metadata";
  static final String WEIGHTS = "weights" + TensorFile.ENDING;
  static final String BACKBONE = "backbone.onnx";
  private static final String HISTORY = "history.jsonl";

  /** The most entries that a folder is looked through for. */
  private static final int ENTRIES = 100;

  private final FileSystem files;
  private final Path model;

  /** Without the .crc files of local disks: they say less than the model's own checksum. */
  private ModelFolder(Path model, Configuration hadoop) throws IOException {
    FileSystem all = model.getFileSystem(hadoop);
    this.files = all instanceof ChecksumFileSystem local ? local.getRawFileSystem() : all;
    this.model = model;
  }

  /** Where a model is to be written. */
  static ModelFolder at(String path, Configuration hadoop) throws IOException {
    return new ModelFolder(new Path(path), hadoop);
  }

  /**
   * Of the model in a directory.
   *
   * @throws InputException if it does not look like a model
   */
  static ModelFolder in(String path, Configuration hadoop) throws IOException {
    ModelFolder folder = new ModelFolder(PathName.path(path), hadoop);
    if (!folder.holds(METADATA, true)) {
      throw new InputException(path + " is not a Narrows model: it has no folder " + METADATA);
    }
    if (!folder.holds(WEIGHTS, false)) {
      throw new InputException(path + " is not a Narrows model: it has no file " + WEIGHTS);
    }
    return folder;
  }

  private boolean holds(String name, boolean folder) throws IOException {
    try {
      return files.getFileStatus(new Path(model, name)).isDirectory() == folder;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** The folder of the metadata. */
  Path metadataFolder() {
    return new Path(model, METADATA);
  }

  /**
   * The line of metadata.
   *
   * @throws IllegalArgumentException if it is damaged; the message goes on from "is damaged:"
   */
  String metadata() throws IOException {
    FileStatus file = only(metadataFolder());
    if (file.getLen() > StrictJson.MOST_BYTES) {
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

  /** The only file of a folder. */
  private FileStatus only(Path folder) throws IOException {
    RemoteIterator<FileStatus> entries = files.listStatusIterator(folder);
    FileStatus only = null;
    for (int n = 0; entries.hasNext(); n++) {
      FileStatus entry = entries.next();
      boolean hidden = entry.getPath().getName().matches("(?s)[._].*");
      if (n == ENTRIES || (!hidden && (only != null || !entry.isFile()))) {
        throw new IllegalArgumentException(
            "its folder " + folder.getName() + " holds more than one file");
      }
      only = hidden ? only : entry;
    }
    if (only == null || only.getLen() == 0) {
      throw new IllegalArgumentException("its folder " + folder.getName() + " holds nothing");
    }
    return only;
  }

  /**
   * The values of tensors, one after the other.
   *
   * @param tensors that must be there, and no other
   * @param digest gets all bytes of the file
   * @throws IllegalArgumentException if they are damaged; the message goes on from "is damaged:"
   */
  float[] weights(List<Tensor> tensors, MessageDigest digest) throws IOException {
    Path file = new Path(model, WEIGHTS);
    try (InputStream in = new DigestInputStream(files.open(file), digest)) {
      TensorReader reader = TensorReader.open(in, files.getFileStatus(file).getLen());
      reader.require(tensors);
      float[] values = new float[Tensor.count(tensors)];
      reader.read(TensorValues.of(tensors, values));
      return values;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its file " + WEIGHTS + " " + e.getMessage(), e);
    }
  }

  /**
   * Writes tensors.
   *
   * @param digest gets all bytes of the file
   */
  void write(List<TensorValues> tensors, MessageDigest digest) throws IOException {
    try (OutputStream out =
        new DigestOutputStream(files.create(new Path(model, WEIGHTS), false), digest)) {
      TensorFile.write(out, tensors);
    }
  }

  /**
   * The ONNX file of a backbone.
   *
   * @param digest gets all its bytes
   * @throws IllegalArgumentException if it is not there, or too large
   */
  byte[] backbone(MessageDigest digest) throws IOException {
    Path file = new Path(model, BACKBONE);
    if (!holds(BACKBONE, false)) {
      throw new IllegalArgumentException("it has no file " + BACKBONE);
    }
    long length = files.getFileStatus(file).getLen();
    if (length > Backbones.MOST_BYTES) {
      throw new IllegalArgumentException("its file " + BACKBONE + " has " + length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    try (FSDataInputStream in = files.open(file)) {
      in.readFully(0, bytes);
    }
    digest.update(bytes);
    return bytes;
  }

  /**
   * Writes the ONNX file of a backbone, if it has any bytes.
   *
   * @param digest gets them
   */
  void writeBackbone(byte[] bytes, MessageDigest digest) throws IOException {
    if (bytes.length > 0) {
      try (OutputStream out = files.create(new Path(model, BACKBONE), false)) {
        out.write(bytes);
      }
      digest.update(bytes);
    }
  }

  /** Writes the history for people, who may well edit it. */
  void writeHistory(String lines) throws IOException {
    try (OutputStream out = files.create(new Path(model, HISTORY), false)) {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
  }
}
