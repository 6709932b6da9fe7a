package ai.narrows.images.source;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import ai.narrows.images.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Paths as users write them: a path is first what it says, then a pattern of Hadoop's ({@code *},
 * {@code ?}, {@code [a-c]}, {@code {a,b}}), and a colon in a name is no scheme.
 */
public final class PathName {
  private static final String PATTERN_CHARACTERS = "*?[{";

  /** User names with passwords, and of web addresses tokens; the user of a cluster is no secret. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("^(?:([a-z][a-z0-9+.-]*://)[^/@]*:|(https?://))[^/]*@", CASE_INSENSITIVE);

  private PathName() {}

  /**
   * The path of a name.
   *
   * @throws InputException if the name is empty, or is none that Hadoop can have
   */
  public static Path path(String name) {
    if (name.isBlank()) {
      throw new InputException("a path must not be empty");
    }
    try {
      return new Path(name);
    } catch (IllegalArgumentException e) {
      if (name.startsWith("/") || name.contains("://")) {
        throw new InputException("%s is no path: %s".formatted(name, e.getMessage()), e);
      }
      return new Path(null, null, name); // 2026-01-10T12:30 has no scheme
    }
  }

  /** A path without the user name and password, or token, that a URI may have. */
  public static String withoutCredentials(String path) {
    return CREDENTIALS.matcher(path).replaceFirst("$1$2");
  }

  /** A path in a directory, whose name may have a colon. */
  public static Path child(Path directory, String name) {
    return new Path(directory, new Path(null, null, name));
  }

  /** The path beside another whose name goes on from the other's. */
  public static Path suffixed(Path path, String suffix) {
    Path parent = path.getParent();
    return parent == null ? path.suffix(suffix) : child(parent, path.getName() + suffix);
  }

  /** Whether a name would be a pattern if nothing is called that. */
  public static boolean isPattern(String name) {
    return name.chars().anyMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0);
  }

  /**
   * What a name leads to: the file or directory that is called that, otherwise what it matches,
   * sorted by path. Hidden names match only a pattern that begins like one.
   *
   * @return empty if there is nothing
   */
  public static List<FileStatus> find(String name, Configuration conf) throws IOException {
    Path path = path(name);
    FileSystem files = path.getFileSystem(conf);
    try {
      return List.of(files.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return isPattern(name) ? matches(files, path) : List.of();
    }
  }

  /**
   * What a pattern matches, as {@link #find}. Hadoop's own search fails at names with colons, so
   * this is another. Each name on the way is first what it says as well.
   */
  static List<FileStatus> matches(FileSystem files, Path pattern) throws IOException {
    Path qualified = files.makeQualified(pattern);
    List<FileStatus> found = new ArrayList<>();
    for (String expanded : GlobExpander.expand(qualified.toUri().getPath())) {
      found.addAll(walk(files, new Path(qualified, "/"), expanded));
    }
    boolean hiddenToo = isHidden(pattern.getName());
    return found.stream()
        .filter(match -> hiddenToo || !isHidden(match.getPath().getName()))
        .distinct()
        .sorted()
        .toList();
  }

  private static List<FileStatus> walk(FileSystem files, Path root, String pattern)
      throws IOException {
    List<FileStatus> found = List.of(files.getFileStatus(root));
    for (String name : pattern.split("/", -1)) {
      if (name.isEmpty()) {
        continue;
      }
      List<FileStatus> next = new ArrayList<>();
      for (FileStatus candidate : found) {
        if (candidate.isDirectory()) {
          next.addAll(in(files, candidate.getPath(), name));
        }
      }
      found = next;
    }
    return found;
  }

  /** The entries of a directory that are called so, or match. */
  private static List<FileStatus> in(FileSystem files, Path directory, String name)
      throws IOException {
    try {
      return List.of(files.getFileStatus(child(directory, name)));
    } catch (FileNotFoundException e) {
      // so it may be a pattern
    }
    GlobFilter filter = new GlobFilter(name);
    try {
      return filter.hasPattern()
          ? Arrays.stream(files.listStatus(directory))
              .filter(entry -> filter.accept(entry.getPath()))
              .toList()
          : List.of(files.getFileStatus(child(directory, name.replaceAll("\\\\(.)", "$1"))));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * Whether Spark skips files and folders of this name: those that begin with a dot or an
   * underscore, except partitions such as {@code _key=value}.
   */
  public static boolean isHidden(String name) {
    return name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
  }

  /**
   * The file system, if it is local without its checksum files, of which names with colons can have
   * none.
   */
  public static FileSystem plain(FileSystem files) {
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }
}
