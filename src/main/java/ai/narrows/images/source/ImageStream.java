package ai.narrows.images.source;

import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.decode.ImageDecoder;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Image files as they appear below folders: a streaming DataFrame with the rows that the data
 * source {@code imagefolder} has of the same files. Which files are new is Spark's own file stream
 * source's to find out, which goes by their paths: a file that is replaced is not read again.
 *
 * <p>Options are {@code mode}, {@code maxPixels}, {@code pathGlobFilter} and so on, as {@code
 * imagefolder} has them, and those of Spark's source ({@code maxFilesPerTrigger}, {@code
 * cleanSource} and so on); others are an error. Its {@code maxFileAge}, beyond which it passes over
 * files in silence, is a hundred years here unless given: a file that is moved keeps its time.
 *
 * <p>Spark's source follows symbolic links: of local folders those are refused in which a link
 * leads to files that are read under another name. A link that leads nowhere is waited for.
 */
public final class ImageStream {

  private static final String EVER = "36500d";

  /** What Spark's source for whole files has; their contents are read when they are decoded. */
  private static final StructType FILES =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("modificationTime", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("content", DataTypes.BinaryType);

  /** Options of Spark's file stream source that it does not share with sources of tables. */
  private static final List<String> OF_STREAMS =
      List.of(
          "maxFilesPerTrigger",
          "maxBytesPerTrigger",
          "maxFileAge",
          "maxCachedFiles",
          "discardCachedInputRatio",
          "latestFirst",
          "fileNameOnly",
          "cleanSource",
          "sourceArchiveDir",
          "labels");

  private ImageStream() {}

  /**
   * A stream of the images below some folders.
   *
   * @param folders paths of folders, or patterns; with several, ids begin with their names
   * @throws InputException if there is none, one does not exist or lies in another, or an option is
   *     wrong
   */
  public static Dataset<Row> of(
      SparkSession spark, List<String> folders, Map<String, String> options) {
    return of(spark, folders, options, null);
  }

  /**
   * The same, counting files that are no images by their names.
   *
   * @param passedOver is given the kind of each, see {@link PassedOver#ofKinds}; may be null
   */
  public static Dataset<Row> of(
      SparkSession spark,
      List<String> folders,
      Map<String, String> options,
      CollectionAccumulator<String> passedOver) {
    if (folders.isEmpty()) {
      throw new InputException("no folder is given to watch");
    }
    CaseInsensitiveStringMap given = new CaseInsensitiveStringMap(options);
    if (given.containsKey("labels")) {
      throw new InputException(
          "option labels cannot be given for a stream: labels number all folders, and more may come; an id begins with the folder's name");
    }
    ImageFolderSource.check(given, OF_STREAMS);
    Configuration conf = ImageFolderSource.configuration(given);
    List<SourcePaths.Watched> watched = watched(folders, conf);
    checkApart(folders, watched);
    check(folders, options);
    List<String> names =
        SourcePaths.distinctEndings(watched.stream().map(SourcePaths.Watched::base).toList());
    Dataset<Row> images = null;
    for (int i = 0; i < folders.size(); i++) {
      Decoding decoding =
          new Decoding(
              watched.get(i).base(),
              folders.size() == 1 ? "" : names.get(i) + "/",
              ImageFolderSource.decoder(given),
              ImageFolderSource.mode(given),
              new SerializableConfiguration(conf),
              passedOver);
      Dataset<Row> more =
          files(spark, watched.get(i).pattern(), given)
              .mapPartitions(decoding, Encoders.row(decoding.schema()));
      images = images == null ? more : images.union(more);
    }
    return images;
  }

  private static List<SourcePaths.Watched> watched(List<String> folders, Configuration conf) {
    return folders.stream().map(folder -> SourcePaths.watch(folder, conf)).toList();
  }

  /**
   * Looks through local folders for what Spark passes over or reads twice: names that this JVM
   * cannot decode, and links. A stream does it when it begins; where {@link FileNames#readsAll()}
   * does not hold, whoever runs it has to look again.
   *
   * @throws InputException naming the first such file
   */
  public static void check(List<String> folders, Map<String, String> options) {
    CaseInsensitiveStringMap given = new CaseInsensitiveStringMap(options);
    Configuration conf = SourcePaths.configuration(given);
    List<SourcePaths.Watched> watched = watched(folders, conf);
    for (int i = 0; i < folders.size(); i++) {
      checkLocal(folders.get(i), watched.get(i), given, conf);
    }
  }

  /** The same file must not come twice. */
  private static void checkApart(List<String> folders, List<SourcePaths.Watched> watched) {
    for (int i = 0; i < watched.size(); i++) {
      for (int j = 0; j < watched.size(); j++) {
        if (i != j && lies(watched.get(i).base(), watched.get(j).base())) {
          throw new InputException(
              String.format(
                  Locale.ROOT,
                  "%s and %s may hold the same files: give one folder or pattern for both, such as photos/{a,b}",
                  folders.get(Math.min(i, j)),
                  folders.get(Math.max(i, j))));
        }
      }
    }
  }

  /**
   * Of local folders: what Spark's source cannot know. It goes by paths, follows every link, and
   * never hears of names that the JVM cannot decode.
   */
  private static void checkLocal(
      String folder,
      SourcePaths.Watched watched,
      CaseInsensitiveStringMap options,
      Configuration conf) {
    SourcePaths.orExplain(
        folder,
        () -> {
          Path pattern = new Path(watched.pattern());
          FileSystem fs = pattern.getFileSystem(conf);
          if (!(fs instanceof LocalFileSystem)) {
            return null;
          }
          List<FileStatus> statuses = PathName.matches(LocalFiles.of(fs), pattern);
          if (!statuses.isEmpty()) {
            SourcePaths.Found found =
                new SourcePaths.Found(pattern, watched.base(), true, statuses);
            refuseRepeated(folder, new ImageSearch(FileFilters.of(options), conf).repeated(found));
          }
          return null;
        });
  }

  private static void refuseRepeated(String folder, Optional<String> repeated) {
    if (repeated.isPresent()) {
      throw new InputException(
          "%s cannot be watched: %s is a link to what is read under another name, so its files would come twice; remove the link"
              .formatted(folder, repeated.get()));
    }
  }

  private static boolean lies(Path path, Path in) {
    Path p = path;
    while (p != null && !p.equals(in)) {
      p = p.getParent();
    }
    return p != null;
  }

  private static Dataset<Row> files(
      SparkSession spark, String pattern, CaseInsensitiveStringMap options) {
    Map<String, String> own = new HashMap<>(options.asCaseSensitiveMap());
    own.keySet().removeIf(key -> List.of("MODE", "MAXPIXELS").contains(upper(key)));
    return spark
        .readStream()
        .format("binaryFile")
        .schema(FILES)
        .option("recursiveFileLookup", true)
        .option("maxFileAge", EVER)
        .options(own)
        .load(pattern)
        .select("path", "length", "modificationTime");
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /** Files to images, in a task. */
  private record Decoding(
      Path base,
      String prefix,
      ImageDecoder decoder,
      ReadMode mode,
      SerializableConfiguration conf,
      CollectionAccumulator<String> passedOver) // may be null
      implements MapPartitionsFunction<Row, Row> {

    StructType schema() {
      return ImageFolder.schema(false, mode);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> files) {
      Iterator<ImageFile> images =
          new Iterator<>() {
            private ImageFile next;

            @Override
            public boolean hasNext() {
              while (next == null && files.hasNext()) {
                next = image(files.next());
              }
              return next != null;
            }

            @Override
            public ImageFile next() {
              if (!hasNext()) {
                throw new NoSuchElementException();
              }
              ImageFile image = next;
              next = null;
              return image;
            }
          };
      ImageFolderReader reader =
          new ImageFolderReader(images, schema(), List.of(), decoder, mode, conf.value());
      return new PreprocessedRows(reader, schema(), Preprocessing.NONE);
    }

    /** Null for a file that is no image by its name. */
    private ImageFile image(Row file) {
      String name = ImageFolder.below(base, new Path(file.getString(0)));
      if (!ImageFile.accepts(name.substring(name.lastIndexOf('/') + 1))) {
        if (passedOver != null) {
          passedOver.add(PassedOver.kind(name.substring(name.lastIndexOf('/') + 1)));
        }
        return null;
      }
      return new ImageFile(base, prefix, name, file.getLong(1), file.getTimestamp(2).getTime());
    }
  }
}
