package ai.narrows.images.source;

import ai.narrows.images.InputException;
import ai.narrows.images.decode.ImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Finds the image files that some paths lead to, each once, and counts by kind what it passes over.
 *
 * <p>On local disks symbolic links are followed after everything else is found: a file that has a
 * name without a link on the way goes by that one, others by the first link that leads to them.
 * Links that lead nowhere are image files that cannot be read.
 */
final class ImageSearch {

  private final FileFilters filters;
  private final boolean recursive;
  private final Configuration conf;

  private final Map<Object, ImageFile> files = new LinkedHashMap<>(); // by real path
  private final Set<java.nio.file.Path> walked = new HashSet<>(); // real directories
  private final Map<java.nio.file.Path, java.nio.file.Path> real = new HashMap<>(); // directories
  private final Deque<Link> links = new ArrayDeque<>();
  private final Map<String, Long> passedOver = new TreeMap<>();
  private String repeated; // first path that leads where another has led

  /** What was found, files sorted by id. */
  record Result(List<ImageFile> files, PassedOver passedOver) {}

  ImageSearch(FileFilters filters, Configuration conf) {
    this.filters = filters;
    this.recursive = filters.recursive().orElse(true);
    this.conf = conf;
  }

  /** A given path, and how many images it leads to. */
  private static final class Source {
    private final SourcePaths.Found found;
    private final String prefix;
    private long images;

    Source(SourcePaths.Found found, String prefix) {
      this.found = found;
      this.prefix = prefix;
    }

    /** Names a file, told from the base. */
    ImageFile file(String name, long length, long modified) {
      return new ImageFile(found.base(), prefix, name, length, modified);
    }
  }

  /** A local path on which a link lies, with its name below the base. */
  private record Link(Source source, java.nio.file.Path path, String name, boolean meant) {}

  /**
   * Lists files, below directories recursively. Hidden names are left out, other endings too.
   *
   * @throws InputException if a path leads to no image file, or a name cannot be read
   */
  Result list(List<SourcePaths.Found> paths) {
    List<Source> sources = search(paths);
    sources.stream().filter(source -> source.images == 0).findFirst().ifPresent(this::refuse);
    return new Result(
        files.values().stream().sorted(Comparator.comparing(ImageFile::id)).toList(),
        PassedOver.of(passedOver));
  }

  /** First path that leads to files which another path leads to as well, if any does. */
  Optional<String> repeated(SourcePaths.Found found) {
    search(List.of(found));
    return Optional.ofNullable(repeated);
  }

  private List<Source> search(List<SourcePaths.Found> paths) {
    List<Path> bases = paths.stream().map(SourcePaths.Found::base).distinct().toList();
    List<String> names = SourcePaths.distinctEndings(bases);
    List<Source> sources = new ArrayList<>();
    for (SourcePaths.Found found : paths) {
      String prefix = bases.size() == 1 ? "" : names.get(bases.indexOf(found.base())) + "/";
      Source source = new Source(found, prefix);
      sources.add(source);
      explained(source, () -> search(source));
    }
    while (!links.isEmpty()) {
      Link link = links.remove();
      explained(link.source(), () -> follow(link));
    }
    return sources;
  }

  private void refuse(Source source) {
    String others = passedOver.isEmpty() ? "" : "; passed over: " + PassedOver.of(passedOver);
    throw new InputException(
        "%s has no image files (%s)%s%s"
            .formatted(
                source.found.given(),
                ImageFile.EXTENSIONS,
                filters.any()
                    ? " that satisfy pathGlobFilter, modifiedAfter and modifiedBefore"
                    : "",
                others));
  }

  /** Work that may fail on the file system. */
  private interface Work {
    void run() throws IOException;
  }

  private static void explained(Source source, Work work) {
    SourcePaths.orExplain(
        source.found.given().toString(),
        () -> {
          try {
            work.run();
          } catch (AccessDeniedException e) {
            throw new InputException(e.getFile() + " may not be read", e);
          }
          return null;
        });
  }

  private void search(Source source) throws IOException {
    for (FileStatus status : source.found.statuses()) {
      FileSystem fs = status.getPath().getFileSystem(conf);
      if (fs instanceof LocalFileSystem local) {
        searchLocal(source, status, local);
      } else {
        searchRemote(source, status, fs);
      }
    }
  }

  /** Directories in one flat listing, where an object store has it. */
  private void searchRemote(Source source, FileStatus status, FileSystem fs) throws IOException {
    Path path = status.getPath();
    if (!status.isDirectory()) {
      addRemote(source, status, isNamed(source, path));
      return;
    }
    RemoteIterator<? extends FileStatus> below =
        recursive ? fs.listFiles(path, true) : fs.listStatusIterator(path);
    while (below.hasNext()) {
      FileStatus file = below.next();
      if (file.isFile() && isVisible(ImageFolder.below(path, file.getPath()))) {
        addRemote(source, new FileStatus(file), false);
      }
    }
  }

  private static boolean isVisible(String name) {
    return Arrays.stream(name.split("/")).noneMatch(PathName::isHidden);
  }

  private void addRemote(Source source, FileStatus status, boolean meant) {
    Path path = status.getPath();
    if (filters.accepts(status) && isImage(path.getName(), meant)) {
      String name = ImageFolder.below(source.found.base(), path);
      add(source, path, source.file(name, status.getLen(), status.getModificationTime()));
    }
  }

  private void searchLocal(Source source, FileStatus status, LocalFileSystem local)
      throws IOException {
    String name = ImageFolder.below(source.found.base(), status.getPath());
    if (!FileNames.isDecoded(name) && !local.exists(status.getPath())) {
      throw new InputException(
          "the name of a file that matches %s cannot be read: %s"
              .formatted(source.found.given(), FileNames.remedy()));
    }
    java.nio.file.Path path = LocalFiles.path(local, status.getPath());
    if (status.isDirectory()) {
      walk(source, path.toRealPath(), name.isEmpty() ? "" : name + "/");
      return;
    }
    BasicFileAttributes attributes = LocalFiles.attributes(path);
    Link found = new Link(source, path, name, isNamed(source, status.getPath()));
    if (attributes.isSymbolicLink() || !real(path.getParent()).equals(path.getParent())) {
      links.add(found);
    } else {
      addLocal(found, path, attributes);
    }
  }

  /** Whether a file is named outright, and its content is an image, whatever its ending. */
  private boolean isNamed(Source source, Path path) throws IOException {
    if (source.found.glob() || ImageFile.accepts(path.getName())) {
      return false;
    }
    try (InputStream in = ImageFile.open(path, conf)) {
      ImageDecoder.shape(in);
      return true;
    } catch (InputException e) {
      return false;
    }
  }

  private java.nio.file.Path real(java.nio.file.Path directory) throws IOException {
    java.nio.file.Path known = real.get(directory);
    if (known == null) {
      known = directory.toRealPath();
      real.put(directory, known);
    }
    return known;
  }

  /** A directory, by its real path, without following links. */
  private void walk(Source source, java.nio.file.Path directory, String prefix) throws IOException {
    if (!walked.add(directory)) {
      source.images++; // as many as were found the first time
      repeated = repeated == null ? source.found.base() + "/" + prefix : repeated;
      return;
    }
    for (java.nio.file.Path child : LocalFiles.children(directory)) {
      String name = child.getFileName().toString();
      if (PathName.isHidden(name)) {
        continue;
      }
      BasicFileAttributes attributes;
      try {
        attributes = LocalFiles.attributes(child);
      } catch (NoSuchFileException e) { // it has gone meanwhile
        continue;
      }
      if (attributes.isSymbolicLink()) {
        links.add(new Link(source, child, prefix + name, false));
      } else if (attributes.isDirectory()) {
        if (recursive) {
          checkName(child);
          walk(source, child, prefix + name + "/");
        }
      } else {
        addLocal(new Link(source, child, prefix + name, false), child, attributes);
      }
    }
  }

  private void follow(Link link) throws IOException {
    java.nio.file.Path path = link.path();
    java.nio.file.Path target;
    BasicFileAttributes attributes;
    try {
      target = path.toRealPath();
      attributes = Files.readAttributes(target, BasicFileAttributes.class);
    } catch (IOException e) { // it leads nowhere, or in a circle
      addDangling(link);
      return;
    }
    if (!attributes.isDirectory()) {
      if (isImage(link.name(), link.meant()) && files.containsKey(target)) {
        link.source().images++;
        if (LocalFiles.attributes(path).isSymbolicLink()) {
          passedOver.merge(PassedOver.ALIAS, 1L, Long::sum);
          repeated = repeated == null ? path.toString() : repeated;
        }
        return;
      }
      addLocal(link, target, attributes);
    } else if (recursive) {
      checkName(path);
      walk(link.source(), target, link.name() + "/");
    }
  }

  /** Without an ending, it may be for a directory of images. */
  private void addDangling(Link link) throws IOException {
    boolean meant = link.meant() || PassedOver.kind(link.name()).equals(PassedOver.NO_ENDING);
    BasicFileAttributes attributes = LocalFiles.attributes(link.path());
    long modified = attributes.lastModifiedTime().toMillis();
    ImageFile file = link.source().file(link.name(), 0, modified);
    if (accepts(file) && isImage(link.name(), meant)) {
      checkName(link.path());
      add(link.source(), link.path(), file);
    }
  }

  /** A file: a path, where it really is, and its name below the base. */
  private void addLocal(Link found, java.nio.file.Path target, BasicFileAttributes attributes) {
    ImageFile file =
        found
            .source()
            .file(found.name(), attributes.size(), attributes.lastModifiedTime().toMillis());
    if (accepts(file) && isImage(found.name(), found.meant())) {
      checkName(found.path());
      add(found.source(), target, file);
    }
  }

  private static void checkName(java.nio.file.Path path) {
    if (!FileNames.isRead(path)) {
      throw FileNames.unreadable(path);
    }
  }

  private boolean accepts(ImageFile file) {
    return !filters.any()
        || filters.accepts(
            new FileStatus(file.length(), false, 1, 0, file.modified(), file.path()));
  }

  /** Whether a file is taken for an image; one that is not is counted. */
  private boolean isImage(String name, boolean meant) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    if (meant || ImageFile.accepts(last)) {
      return true;
    }
    passedOver.merge(PassedOver.kind(last), 1L, Long::sum);
    return false;
  }

  private void add(Source source, Object key, ImageFile file) {
    source.images++;
    files.putIfAbsent(key, file);
  }
}
