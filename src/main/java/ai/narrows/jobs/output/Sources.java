package ai.narrows.jobs.output;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.SparkSession;

/**
 * Everything that a job reads, by where it really lies: patterns are expanded, links followed. What
 * a job writes is compared with all of it before there is any work, so that nothing that is read is
 * written over.
 */
public final class Sources {
  private final Configuration hadoop;
  private final List<Source> sources = new ArrayList<>();

  /**
   * Something that is read.
   *
   * @param given as the user wrote it
   * @param local the same on this machine, to look for links below it
   * @param listed whether all files in it are read, so that a new one would be as well
   */
  private record Source(
      String given, RealPath path, Optional<java.nio.file.Path> local, boolean listed) {}

  /** Nothing yet; paths are resolved with this configuration. */
  public Sources(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** The configuration that paths are resolved with. */
  public Configuration hadoop() {
    return hadoop;
  }

  /** Adds files or directories, or patterns of them. */
  public Sources add(Iterable<String> names) {
    for (String name : names) {
      try {
        looking(name, () -> addAll(name));
      } catch (IllegalArgumentException e) {
        // no path: reading it says what is wrong
      }
    }
    return this;
  }

  private interface Looking {
    void look() throws IOException;
  }

  /**
   * Finds out where something is. Where that fails, nobody can say whether an output would replace
   * it; unless it cannot be read either, which reading it says.
   */
  private void looking(String name, Looking looking) {
    try {
      looking.look();
    } catch (UnsupportedFileSystemException
        | FileNotFoundException
        | AccessControlException
        | AccessDeniedException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find out where " + name + " is", e);
    }
  }

  private void addAll(String name) throws IOException {
    Map<Path, RealPath> parents = new HashMap<>(); // a pattern may match very many files
    List<FileStatus> all = PathName.find(name, hadoop);
    for (FileStatus found : all) {
      add(name, found, parents);
    }
    if (all.isEmpty()) {
      RealPath path = RealPath.of(PathName.path(name), hadoop);
      sources.add(new Source(name, path, Optional.empty(), false));
    }
  }

  /** Adds a file of this machine. */
  public Sources addFile(java.nio.file.Path file) {
    looking(
        file.toString(),
        () ->
            sources.add(
                new Source(file.toString(), RealPath.ofLocal(file), Optional.empty(), false)));
    return this;
  }

  private void add(String given, FileStatus found, Map<Path, RealPath> parents) throws IOException {
    Path path = found.getPath();
    FileSystem files = path.getFileSystem(hadoop);
    Optional<java.nio.file.Path> local = RealPath.local(files, path);
    RealPath real;
    if (found.isFile() && (local.isEmpty() || !Files.isSymbolicLink(local.get()))) {
      RealPath parent = parents.get(path.getParent());
      if (parent == null) {
        parent = RealPath.of(path.getParent(), hadoop);
        parents.put(path.getParent(), parent);
      }
      real = new RealPath(parent.root(), parent.path() + "/" + path.getName());
    } else {
      real = RealPath.of(path, hadoop);
    }
    sources.add(
        new Source(given, real, local.filter(p -> found.isDirectory()), found.isDirectory()));
  }

  /** Adds a saved model; null or empty for none. A page may be written beside its folders. */
  public Sources addModel(String directory) {
    if (directory != null && !directory.isEmpty()) {
      Path model = PathName.path(directory);
      looking(
          directory,
          () -> {
            sources.add(new Source(directory, RealPath.of(model, hadoop), Optional.empty(), false));
            RealPath metadata = RealPath.of(new Path(model, "metadata"), hadoop);
            sources.add(new Source(directory, metadata, Optional.empty(), true));
            RealPath weights = RealPath.of(new Path(model, "weights.safetensors"), hadoop);
            sources.add(new Source(directory, weights, Optional.empty(), false));
          });
    }
    return this;
  }

  /** Adds the folders of a table or view that a catalog of Spark's knows, where it is of files. */
  public Sources addTable(SparkSession spark, String name) {
    looking(
        name,
        () -> {
          for (Path folder : foldersOf(spark, name)) {
            sources.add(new Source(name, RealPath.of(folder, hadoop), Optional.empty(), true));
          }
        });
    return this;
  }

  /** The folders of a table or view, empty where it is not of files or does not exist. */
  public static Set<Path> foldersOf(SparkSession spark, String table) {
    Set<Path> folders = new HashSet<>();
    try {
      for (String file : spark.table(table).inputFiles()) {
        folders.add(new Path(URI.create(file)).getParent());
      }
    } catch (Exception e) { // Scala does not declare what it throws
      return Set.of();
    }
    return folders;
  }

  /** Whether a name is one of files, and not one that only a data source understands. */
  public static boolean isPath(String name, Configuration hadoop) {
    try {
      new Path(name).getFileSystem(hadoop);
      return true;
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes sure that nothing that is read is lost where something is replaced.
   *
   * @param name of what is replaced, as the user wrote it
   * @throws InputException naming both
   */
  public void refuseReplacing(String name, Path target) throws IOException {
    RealPath replaced = RealPath.of(target, hadoop);
    refuseWritingInto(name, target);
    for (Source source : withLinks()) {
      if (source.path.isIn(replaced)) {
        throw overwritten(name, "the input", source.given);
      }
      if (replaced.isIn(source.path) && source.listed) {
        throw liesIn(name, source);
      }
    }
    FileSystem files = target.getFileSystem(hadoop);
    Path working = files.getWorkingDirectory();
    if (RealPath.of(working, hadoop).isIn(replaced)) {
      throw overwritten(name, "the working directory", working.toString());
    }
    Path home = files.getHomeDirectory();
    if (RealPath.of(home, hadoop).isIn(replaced)) {
      throw overwritten(name, "the home directory", home.toString());
    }
  }

  /** Makes sure that something new does not lie among what is read. */
  public void refuseWritingInto(String name, Path target) throws IOException {
    RealPath written = RealPath.of(target, hadoop);
    for (Source source : sources) {
      if (written.equals(source.path)) {
        throw overwritten(name, "the input", source.given);
      }
      if (source.listed && written.isIn(source.path)) {
        throw liesIn(name, source);
      }
    }
  }

  private static InputException overwritten(String name, String what, String held) {
    return new InputException(
        "the output %s cannot be overwritten: %s %s lies in it".formatted(name, what, held));
  }

  private static InputException liesIn(String name, Source source) {
    return new InputException(
        "the output %s lies in the input %s: choose a place outside it"
            .formatted(name, source.given));
  }

  /** The sources, and what links in those on this machine lead to. */
  private List<Source> withLinks() throws IOException {
    List<Source> all = new ArrayList<>(sources);
    Set<java.nio.file.Path> seen = new HashSet<>();
    for (Source source : sources) {
      if (source.local.isPresent()) {
        addLinks(source.given, source.local.get().toRealPath(), seen, all);
      }
    }
    return all;
  }

  private static void addLinks(
      String given, java.nio.file.Path folder, Set<java.nio.file.Path> seen, List<Source> all)
      throws IOException {
    if (!seen.add(folder)) {
      return;
    }
    List<java.nio.file.Path> links = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(java.nio.file.Path file, BasicFileAttributes of) {
            if (of.isSymbolicLink() && Files.exists(file)) {
              links.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(java.nio.file.Path file, IOException e) {
            return FileVisitResult.CONTINUE; // may not be looked into: it is not read either
          }
        });
    for (java.nio.file.Path link : links) {
      boolean folderToo = Files.isDirectory(link);
      all.add(new Source(given, RealPath.ofLocal(link), Optional.empty(), folderToo));
      if (folderToo) {
        addLinks(given, link.toRealPath(), seen, all);
      }
    }
  }
}
