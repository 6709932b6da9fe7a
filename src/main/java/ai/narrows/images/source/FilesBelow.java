package ai.narrows.images.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files below a directory on a local disk, listed one directory after the other, each directory
 * once however many links lead to it.
 */
public final class FilesBelow implements RemoteIterator<FileStatus> {

  private final LocalFileSystem local;
  private final FileSystem files;
  private final Set<java.nio.file.Path> listed = new HashSet<>(); // real paths
  private final Deque<FileStatus> found = new ArrayDeque<>();

  private FilesBelow(LocalFileSystem local, Path directory) throws IOException {
    this.local = local;
    this.files = LocalFiles.of(local);
    addChildren(directory);
  }

  /**
   * All files of a directory, in one flat listing where an object store has it. Of local files
   * Hadoop would look up owner and permissions then, by a process for each.
   */
  public static RemoteIterator<? extends FileStatus> of(FileSystem fs, Path directory)
      throws IOException {
    return fs instanceof LocalFileSystem local
        ? new FilesBelow(local, directory)
        : fs.listFiles(directory, true);
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
    if (listed.add(LocalFiles.path(local, directory).toRealPath())) {
      for (FileStatus child : files.listStatus(directory)) {
        found.push(child);
      }
    }
  }
}
