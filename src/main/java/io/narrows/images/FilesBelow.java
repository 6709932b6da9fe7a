package io.narrows.images;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The files below a directory, listed one directory after the other. */
public final class FilesBelow implements RemoteIterator<FileStatus> {

  private final FileSystem fs;
  private final Deque<FileStatus> found = new ArrayDeque<>();

  FilesBelow(FileSystem fs, Path directory) throws IOException {
    this.fs = fs;
    addChildren(directory);
  }

  @Override
  public boolean hasNext() throws IOException {
    while (!found.isEmpty() && found.peek().isDirectory()) {
      addChildren(found.pop().getPath());
    }
    return !found.isEmpty();
  }

  @Override
  public FileStatus next() throws IOException {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return found.pop();
  }

  /**
   * All files of a directory, in one flat listing where an object store has it. Of local files
   * Hadoop would look up owner and permissions then, by a process for each.
   */
  public static RemoteIterator<? extends FileStatus> of(FileSystem fs, Path directory)
      throws IOException {
    return fs instanceof LocalFileSystem
        ? new FilesBelow(fs, directory)
        : fs.listFiles(directory, true);
  }

  private void addChildren(Path directory) throws IOException {
    for (FileStatus child : fs.listStatus(directory)) {
      found.push(child);
    }
  }
}
