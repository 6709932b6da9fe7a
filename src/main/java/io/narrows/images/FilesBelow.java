package io.narrows.images;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The files below a directory, listed one directory after the other. */
final class FilesBelow implements RemoteIterator<FileStatus> {

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

  private void addChildren(Path directory) throws IOException {
    for (FileStatus child : fs.listStatus(directory)) {
      found.push(child);
    }
  }
}
