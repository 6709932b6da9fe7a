package ai.narrows.images.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Local disks, whose directories list all that is in them. Hadoop leaves out what it cannot look
 * at: links that lead nowhere, and names that the JVM cannot decode.
 */
final class LocalFiles extends FilterFileSystem {

  private final LocalFileSystem local;

  private LocalFiles(LocalFileSystem local) {
    super(local);
    this.local = local;
  }

  /** A file system that leaves nothing out. */
  static FileSystem of(FileSystem fs) {
    return fs instanceof LocalFileSystem local ? new LocalFiles(local) : fs;
  }

  /** Where a path lies on the disk. */
  static java.nio.file.Path path(LocalFileSystem local, Path path) {
    return local.pathToFile(path).toPath();
  }

  /** What is in a directory, sorted by name. */
  static List<java.nio.file.Path> children(java.nio.file.Path directory) throws IOException {
    List<java.nio.file.Path> children = new ArrayList<>();
    try (DirectoryStream<java.nio.file.Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    }
    Collections.sort(children);
    return children;
  }

  /** What a path itself is, be it a link. */
  static BasicFileAttributes attributes(java.nio.file.Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a status is one of a link that leads nowhere. */
  static boolean leadsNowhere(FileStatus status) {
    return status.isSymlink();
  }

  /** What is wrong with a link that leads nowhere; goes on from its path. */
  static String nowhere(java.nio.file.Path link) {
    try {
      return "is a symbolic link to %s, which does not exist"
          .formatted(Files.readSymbolicLink(link));
    } catch (IOException e) {
      return "is a symbolic link that leads nowhere";
    }
  }

  @Override
  public FileStatus[] listStatus(Path directory) throws IOException {
    java.nio.file.Path path = path(local, directory);
    if (!Files.isDirectory(path)) {
      return local.listStatus(directory);
    }
    List<FileStatus> statuses = new ArrayList<>();
    for (java.nio.file.Path child : children(path)) {
      Path name = PathName.child(directory, child.getFileName().toString());
      statuses.add(status(child, makeQualified(name)));
    }
    return statuses.toArray(FileStatus[]::new);
  }

  private static FileStatus status(java.nio.file.Path file, Path path) throws IOException {
    BasicFileAttributes attributes;
    Path target = null;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) { // it leads nowhere, or in a circle
      attributes = attributes(file);
      target = path;
    }
    return new FileStatus(
        target == null ? attributes.size() : 0,
        target == null && attributes.isDirectory(),
        1,
        0,
        attributes.lastModifiedTime().toMillis(),
        0,
        null,
        null,
        null,
        target,
        path);
  }
}
