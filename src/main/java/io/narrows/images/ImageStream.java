package io.narrows.images;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Image files as they appear below folders: a streaming DataFrame with the rows that the data
 * source {@code imagefolder} has of the same files. Which files are new is Spark's own file stream
 * source's to find out, which goes by their paths: a file that is replaced is not read again.
 *
 * <p>Options are {@code mode} and {@code maxPixels}, as {@code imagefolder} has them, and those of
 * Spark's source ({@code maxFilesPerTrigger}, {@code cleanSource} and so on). Its {@code
 * maxFileAge}, beyond which it passes over files in silence, is a hundred years here unless given:
 * a file that is moved keeps its time.
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
    if (folders.isEmpty()) {
      throw new InputException("no folder is given to watch");
    }
    CaseInsensitiveStringMap given = new CaseInsensitiveStringMap(options);
    if (given.containsKey("labels")) {
      throw new InputException(
          "option labels cannot be given for a stream: labels number all folders, and more may come; an id begins with the folder's name");
    }
    Configuration conf = SourcePaths.configuration(given);
    List<SourcePaths.Watched> watched =
        folders.stream().map(folder -> SourcePaths.watch(folder, conf)).toList();
    checkApart(folders, watched);
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
              new SerializableConfiguration(conf));
      Dataset<Row> more =
          files(spark, watched.get(i).pattern(), given)
              .mapPartitions(decoding, Encoders.row(decoding.schema()));
      images = images == null ? more : images.union(more);
    }
    return images;
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
        .option("pathGlobFilter", endings())
        .option("maxFileAge", EVER)
        .options(own)
        .load(pattern)
        .select("path", "length", "modificationTime");
  }

  /** A pattern for names with the extensions of images, in whatever case. */
  private static String endings() {
    String extensions = ImageFile.EXTENSIONS.replace(", ", ",");
    Matcher letter = Pattern.compile("[a-z]").matcher(extensions);
    return "*{"
        + letter.replaceAll(found -> "[" + found.group() + upper(found.group()) + "]")
        + "}";
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /** Files to images, in a task. */
  private record Decoding(
      Path base, String prefix, ImageDecoder decoder, ReadMode mode, SerializableConfiguration conf)
      implements MapPartitionsFunction<Row, Row> {

    StructType schema() {
      return ImageFolder.schema(false, mode);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> files) {
      Iterator<ImageFile> images =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return files.hasNext();
            }

            @Override
            public ImageFile next() {
              return file(files.next());
            }
          };
      ImageFolderReader reader =
          new ImageFolderReader(images, schema(), List.of(), decoder, mode, conf.value());
      return new PreprocessedRows(reader, schema(), Preprocessing.NONE);
    }

    private ImageFile file(Row file) {
      String name = ImageFolder.below(base, new Path(file.getString(0)));
      return new ImageFile(base, prefix, name, file.getLong(1), file.getTimestamp(2).getTime());
    }
  }
}
