package ai.narrows.jobs.pack;

import ai.narrows.distributed.Described;
import ai.narrows.images.InputException;
import ai.narrows.images.source.ImageListing;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.output.Written;
import ai.narrows.json.StrictJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * What an unfinished pack knows of itself: in the folder {@code _pack} beside its data files lie
 * its settings and a marker for every chunk of images that is written. What no marker lists does
 * not count. Files come into being by a rename, so none is ever half written.
 */
public final class PackState {
  /** Folder of the state within the pack. */
  public static final String FOLDER = "_pack";

  private static final String SETTINGS = "settings.json";
  private static final String CHUNK = "chunk-";
  private static final StrictJson JSON = StrictJson.forLongLists();

  private final SparkSession spark;
  private final FileSystem fileSystem;
  private final Path directory;
  private final Path folder;
  private final List<Chunk> chunks = new ArrayList<>();

  /**
   * A marker: a range of the listing that is written.
   *
   * @param first id of its first image
   * @param last id of its last image
   * @param images how many there are
   * @param fingerprint of their files, see {@link ImageListing#fingerprint}
   * @param listed when they were listed, in milliseconds since 1970
   * @param files names and lengths of the data files
   * @param dropped ids of those images that are in no data file, since they could not be read
   */
  public record Chunk(
      String first,
      String last,
      int images,
      String fingerprint,
      long listed,
      Map<String, Long> files,
      List<String> dropped) {}

  private PackState(SparkSession spark, FileSystem fileSystem, Path directory) {
    this.spark = spark;
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.folder = new Path(directory, FOLDER);
  }

  /**
   * Finds out how far an earlier run came, and removes what it left half done.
   *
   * @param directory of the data files; made if there is none
   * @param startOver whether to begin afresh where the earlier run does not fit
   * @throws InputException if it does not fit: other options, or files that are not what they were
   */
  public static PackState open(
      SparkSession spark,
      FileSystem fileSystem,
      Path directory,
      PackSettings settings,
      ImageListing listing,
      boolean startOver)
      throws IOException {
    PackState state = new PackState(spark, fileSystem, directory);
    Optional<PackSettings> before = state.readSettings();
    if (before.isEmpty() && !state.dataFiles().isEmpty()) {
      throw new InputException(
          directory + " is in the way: it is no unfinished pack, so remove or rename it");
    }
    List<String> foreign = Written.foreign(fileSystem, directory);
    if (!foreign.isEmpty()) {
      throw new InputException(
          "%s is in the way: it holds %s, which no pack has written, so remove or rename it"
              .formatted(directory, foreign.get(0)));
    }
    state.readChunks();
    if (before.isPresent() && !state.chunks.isEmpty()) {
      String difference = before.get().difference(settings);
      if (difference.isEmpty()) {
        difference = state.difference(listing);
      }
      if (difference.isEmpty()) {
        state.removeLeftovers();
        return state;
      }
      if (!startOver) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over",
                directory,
                difference));
      }
    }
    state.clear();
    state.write(SETTINGS, settings);
    return state;
  }

  /** Where the data files are. */
  Path directory() {
    return directory;
  }

  /** How many images of the listing are done with, counted from the first on. */
  int packed() {
    return chunks.stream().mapToInt(Chunk::images).sum();
  }

  /** How many of these could not be read. */
  public int dropped() {
    return chunks.stream().mapToInt(chunk -> chunk.dropped().size()).sum();
  }

  /**
   * Records that a range of the listing stands in the data files that no marker lists yet.
   *
   * @return ids of those images of the range that do not
   */
  public List<String> add(ImageListing listing, int from, int to, long listed) throws IOException {
    Map<String, Long> files = dataFiles();
    files.keySet().removeAll(recorded().keySet());
    List<String> dropped = missing(listing, from, to, files.keySet());
    Chunk chunk =
        new Chunk(
            listing.id(from),
            listing.id(to - 1),
            to - from,
            listing.fingerprint(from, to),
            listed,
            files,
            dropped);
    write(String.format(Locale.ROOT, "%s%06d.json", CHUNK, chunks.size()), chunk);
    chunks.add(chunk);
    return dropped;
  }

  /** Ids of those images of a range that data files do not have; they are looked for if any is. */
  private List<String> missing(ImageListing listing, int from, int to, Set<String> files) {
    Dataset<String> written = ids(files);
    if (described(written::count) == to - from) {
      return List.of();
    }
    Set<String> ids = new LinkedHashSet<>();
    for (int i = from; i < to; i++) {
      ids.add(listing.id(i));
    }
    ids.removeAll(described(written::collectAsList));
    return List.copyOf(ids);
  }

  private Dataset<String> ids(Set<String> files) {
    String[] paths =
        files.stream().map(name -> new Path(directory, name).toString()).toArray(String[]::new);
    return files.isEmpty()
        ? spark.emptyDataset(Encoders.STRING())
        : described(() -> literal().parquet(paths)).select(InputOptions.ID).as(Encoders.STRING());
  }

  /** Reads names as they are, with brackets as well. */
  private DataFrameReader literal() {
    return spark.read().option(DataSource.GLOB_PATHS_KEY(), false);
  }

  private <T> T described(Described.Asking<T, RuntimeException> jobs) {
    return Described.get(spark.sparkContext(), "looking at what is packed", jobs);
  }

  /** Removes the whole directory, where nothing in it is worth going on with. */
  void delete() throws IOException {
    fileSystem.delete(directory, true);
  }

  private Map<String, Long> recorded() {
    Map<String, Long> files = new TreeMap<>();
    chunks.forEach(chunk -> files.putAll(chunk.files()));
    return files;
  }

  /** Everything in the directory but the folder of this state: names and lengths. */
  private Map<String, Long> dataFiles() throws IOException {
    return entries(directory).stream()
        .filter(entry -> !entry.getPath().getName().equals(FOLDER))
        .collect(
            Collectors.toMap(
                entry -> entry.getPath().getName(),
                FileStatus::getLen,
                (one, other) -> one,
                TreeMap::new));
  }

  private List<FileStatus> entries(Path path) throws IOException {
    try {
      return Arrays.stream(fileSystem.listStatus(path)).sorted().toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** How the files of today differ from those that are packed; empty if they do not. */
  private String difference(ImageListing listing) throws IOException {
    Map<String, Long> present = dataFiles();
    for (Map.Entry<String, Long> file : recorded().entrySet()) {
      if (!file.getValue().equals(present.get(file.getKey()))) {
        return "its file " + file.getKey() + " is missing or has another length";
      }
    }
    int from = 0;
    for (Chunk chunk : chunks) {
      int to = from + chunk.images();
      if (to > listing.size() || !chunk.fingerprint().equals(listing.fingerprint(from, to))) {
        return difference(chunk, listing, from);
      }
      from = to;
    }
    return "";
  }

  /** The same of one chunk, of which it is known; names an image. */
  private String difference(Chunk chunk, ImageListing listing, int from) {
    Set<String> packed = new TreeSet<>(chunk.dropped());
    packed.addAll(described(ids(chunk.files().keySet())::collectAsList));
    int to = from;
    while (to < listing.size() && listing.id(to).compareTo(chunk.last()) <= 0) {
      if (!packed.remove(listing.id(to))) {
        return listing.id(to) + " is new among images that are packed";
      }
      to++;
    }
    if (!packed.isEmpty()) {
      return packed.iterator().next() + " is packed and has gone";
    }
    return listing
            .modifiedAfter(chunk.listed(), from, to)
            .orElse(
                String.format(Locale.ROOT, "an image from %s to %s", chunk.first(), chunk.last()))
        + " has changed since it was packed";
  }

  private void removeLeftovers() throws IOException {
    Set<String> names = dataFiles().keySet();
    names.removeAll(recorded().keySet());
    for (String name : names) {
      fileSystem.delete(new Path(directory, name), true);
    }
  }

  private void clear() throws IOException {
    chunks.clear();
    removeLeftovers();
    for (FileStatus entry : entries(folder)) {
      if (!PackOwner.isSign(entry.getPath())) {
        fileSystem.delete(entry.getPath(), true);
      }
    }
  }

  private Optional<PackSettings> readSettings() throws IOException {
    Path file = new Path(folder, SETTINGS);
    return fileSystem.exists(file) ? Optional.of(read(file, PackSettings.class)) : Optional.empty();
  }

  private void readChunks() throws IOException {
    for (FileStatus entry : entries(folder)) {
      if (entry.getPath().getName().matches(CHUNK + "[0-9]+\\.json")) {
        chunks.add(read(entry.getPath(), Chunk.class));
      }
    }
  }

  private <T> T read(Path file, Class<T> type) throws IOException {
    try (InputStream in = fileSystem.open(file)) {
      return JSON.read(in, "it", type);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s cannot be understood, so remove %s to start over: %s",
              file,
              directory,
              e.getMessage()),
          e);
    }
  }

  private void write(String name, Object value) throws IOException {
    Path file = new Path(folder, name);
    Path aside = file.suffix(".new");
    try (OutputStream out = fileSystem.create(aside, true)) {
      out.write(JSON.bytes(value));
    }
    if (!fileSystem.rename(aside, file)) {
      throw new IOException(String.format(Locale.ROOT, "cannot move %s to %s", aside, file));
    }
  }
}
