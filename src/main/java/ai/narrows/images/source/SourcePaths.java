package ai.narrows.images.source;

import ai.narrows.images.InputException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The paths a data source was given, and what they lead to. */
final class SourcePaths {

  private SourcePaths() {}

  /**
   * What one given path leads to.
   *
   * @param given the path as the user wrote it
   * @param base directory that names are told relative to: the path itself if it is a directory,
   *     else the last directory before the file's name or the first wildcard
   * @param glob whether it is a pattern
   * @param statuses files and directories found, at least one, sorted by path
   */
  record Found(Path given, Path base, boolean glob, List<FileStatus> statuses) {}

  /** Work on a file system. */
  interface Access<T> {
    T get() throws IOException;
  }

  /** The session's Hadoop configuration, with the options of this read on top. */
  static Configuration configuration(CaseInsensitiveStringMap options) {
    Configuration conf = SparkSession.active().sessionState().newHadoopConf();
    for (Map.Entry<String, String> option : options.asCaseSensitiveMap().entrySet()) {
      if (!option.getKey().equalsIgnoreCase("path") && !option.getKey().equalsIgnoreCase("paths")) {
        conf.set(option.getKey(), option.getValue());
      }
    }
    return conf;
  }

  /**
   * Follows the paths in the options {@code path} (one) and {@code paths} (a JSON array), as
   * Spark's {@code load} sets them.
   *
   * @throws InputException if there is none, or one leads nowhere
   */
  static List<Found> find(CaseInsensitiveStringMap options, Configuration conf) {
    List<Found> found = new ArrayList<>();
    for (String given : given(options)) {
      found.add(orExplain(given, () -> find(given, conf)));
    }
    return found;
  }

  private static List<String> given(CaseInsensitiveStringMap options) {
    List<String> given = new ArrayList<>();
    if (options.containsKey("path")) {
      given.add(options.get("path"));
    }
    if (options.containsKey("paths")) {
      try {
        given.addAll(
            Arrays.asList(new ObjectMapper().readValue(options.get("paths"), String[].class)));
      } catch (JsonProcessingException e) {
        throw new InputException(
            "option paths must be a JSON array of strings, but is " + options.get("paths"), e);
      }
    }
    if (given.isEmpty() || given.contains("")) {
      throw new InputException("no path is given to read from");
    }
    return given;
  }

  private static Found find(String given, Configuration conf) throws IOException {
    Path path = PathName.path(given);
    FileSystem fs = path.getFileSystem(conf);
    try {
      // First as it stands: names may contain a bracket.
      FileStatus status = fs.getFileStatus(path);
      Path base = status.isDirectory() ? status.getPath() : status.getPath().getParent();
      return new Found(path, base, false, List.of(status));
    } catch (FileNotFoundException e) {
      if (!PathName.isPattern(given)) {
        throw new InputException(given + " does not exist", e);
      }
    }
    List<FileStatus> matches = PathName.matches(LocalFiles.of(fs), path);
    if (matches.isEmpty()) {
      throw new InputException("no file matches " + given);
    }
    return new Found(path, beforeWildcards(fs, fs.makeQualified(path)), true, matches);
  }

  /** The last directory before a wildcard; a bracket in the name of one that exists is none. */
  private static Path beforeWildcards(FileSystem fs, Path pattern) throws IOException {
    Path base = pattern.getParent();
    while (PathName.isPattern(base.toString()) && !fs.exists(base)) {
      base = base.getParent();
    }
    return base;
  }

  /**
   * A folder that may still be empty, or a pattern that nothing may match yet.
   *
   * @param pattern for Hadoop, in which a folder's name has its wildcards escaped
   * @param base directory that names are told relative to
   */
  record Watched(String pattern, Path base) {}

  /**
   * A folder, or a pattern.
   *
   * @throws InputException if it leads nowhere, or to a file
   */
  static Watched watch(String given, Configuration conf) {
    return orExplain(
        given,
        () -> {
          Path path = PathName.path(given);
          FileSystem fs = path.getFileSystem(conf);
          try {
            FileStatus status = fs.getFileStatus(path);
            if (!status.isDirectory()) {
              throw new InputException(given + " is a file, but only folders can be watched");
            }
            String name = status.getPath().toString();
            String escaped = name.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
            if (!escaped.equals(name)) {
              refuseColon(given, status.getPath());
            }
            return new Watched(escaped, status.getPath());
          } catch (FileNotFoundException e) {
            if (!PathName.isPattern(given)) {
              throw new InputException(given + " does not exist", e);
            }
          }
          Path pattern = fs.makeQualified(path);
          Path base = beforeWildcards(fs, pattern);
          refuseColon(given, pattern);
          for (FileStatus match : PathName.matches(fs, pattern)) {
            refuseColon(given, match.getPath());
          }
          return new Watched(pattern.toString(), base);
        });
  }

  /** Spark's stream source follows patterns as Hadoop does, which stumbles over colons. */
  private static void refuseColon(String given, Path path) {
    if (path.toUri().getPath().indexOf(':') >= 0) {
      throw new InputException(
          "%s cannot be watched: Spark cannot follow a name with any of *?[]{} where a name on the way has a colon, as %s has; give folders without a pattern, or rename them"
              .formatted(given, path.toUri().getPath()));
    }
  }

  /** Runs an access, turning what the user can mend into one sentence. */
  static <T> T orExplain(String path, Access<T> access) {
    try {
      return access.get();
    } catch (InputException e) {
      throw e;
    } catch (FileNotFoundException e) {
      // Java says it of local files that may not be read, too.
      boolean denied = String.valueOf(e.getMessage()).contains("Permission denied");
      throw new InputException(path + (denied ? " may not be read" : " does not exist"), e);
    } catch (AccessControlException | UnsupportedFileSystemException e) {
      throw new InputException(
          String.format(Locale.ROOT, "cannot read %s: %s", path, e.getMessage()), e);
    } catch (EOFException | ZipException e) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s is truncated or damaged: %s", path, InputException.reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          String.format(Locale.ROOT, "%s is no path: %s", path, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /**
   * The shortest endings of distinct paths, all of the same number of parts, that tell them apart:
   * {@code b.idx} and {@code c.idx}, or {@code x/b.idx} and {@code y/b.idx}.
   *
   * @param paths distinct paths
   * @return one ending per path, in order
   */
  static List<String> distinctEndings(List<Path> paths) {
    int deepest = paths.stream().mapToInt(Path::depth).max().orElse(0);
    for (int parts = 1; parts <= deepest; parts++) {
      int length = parts;
      List<String> endings = paths.stream().map(path -> ending(path, length)).toList();
      if (Set.copyOf(endings).size() == paths.size()) {
        return endings;
      }
    }
    return paths.stream().map(Path::toString).toList();
  }

  private static String ending(Path path, int parts) {
    String ending = path.getName();
    Path parent = path.getParent();
    for (int part = 1; part < parts && parent != null && !parent.isRoot(); part++) {
      ending = parent.getName() + "/" + ending;
      parent = parent.getParent();
    }
    return ending;
  }
}
