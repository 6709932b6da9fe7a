package ai.narrows.jobs.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;

/**
 * Where a path really lies: symbolic links and mount points are followed, so that two spellings of
 * one place are equal. What does not exist yet lies where its nearest ancestor that exists does.
 *
 * @param root file system
 * @param path absolute, with slashes
 */
record RealPath(String root, String path) {
  private static final String LOCAL = "file:";

  static RealPath of(Path path, Configuration hadoop) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    Path qualified = files.makeQualified(path);
    Optional<java.nio.file.Path> local = local(files, qualified);
    return local.isPresent() ? ofLocal(local.get()) : resolved(files, qualified, hadoop);
  }

  /** The same of a local path. */
  static RealPath ofLocal(java.nio.file.Path path) throws IOException {
    java.nio.file.Path existing = path.toAbsolutePath();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    java.nio.file.Path rest = existing.relativize(path.toAbsolutePath());
    return new RealPath(LOCAL, existing.toRealPath().resolve(rest).normalize().toString());
  }

  /** A path as Java's, if its file system is this machine's. */
  static Optional<java.nio.file.Path> local(FileSystem files, Path qualified) {
    if (!(files instanceof LocalFileSystem || files instanceof RawLocalFileSystem)) {
      return Optional.empty();
    }
    try {
      return Optional.of(java.nio.file.Path.of(qualified.toUri().getPath()));
    } catch (InvalidPathException e) {
      return Optional.empty(); // letters that this Java's file names cannot have
    }
  }

  private static RealPath resolved(FileSystem files, Path qualified, Configuration hadoop)
      throws IOException {
    String rest = "";
    for (Path p = qualified; p != null; p = p.getParent()) {
      try {
        Path real = files.resolvePath(p);
        FileSystem itsFiles = real.getFileSystem(hadoop);
        if (local(itsFiles, real).isPresent() && !real.equals(p)) { // a mount of local files
          return of(new Path(real + rest), hadoop);
        }
        return new RealPath(root(itsFiles, real), slashed(real.toUri().getPath() + rest));
      } catch (FileNotFoundException e) {
        rest = "/" + p.getName() + rest;
      } catch (AccessControlException | UnsupportedOperationException e) {
        break;
      }
    }
    return new RealPath(root(files, qualified), slashed(qualified.toUri().getPath()));
  }

  /** A name of the file system that does not depend on whether its port is given. */
  private static String root(FileSystem files, Path path) {
    String service = files.getCanonicalServiceName();
    return path.toUri().getScheme()
        + "://"
        + (service == null ? path.toUri().getAuthority() : service);
  }

  private static String slashed(String path) {
    return path.replaceAll("/+", "/");
  }

  /** Whether this is the other path, or lies in it. */
  boolean isIn(RealPath other) {
    String directory = other.path.endsWith("/") ? other.path : other.path + "/";
    return root.equals(other.root) && (path + "/").startsWith(directory);
  }
}
