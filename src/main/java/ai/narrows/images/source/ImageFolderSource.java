package ai.narrows.images.source;

import ai.narrows.images.InputException;
import ai.narrows.images.decode.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's data source {@code imagefolder}: PNG, JPEG, TIFF, WebP, BMP, GIF and Netpbm files (by
 * their extension) below directories, recursively; paths may also be files and patterns. Names that
 * begin with a dot or an underscore are left out; other files are counted, see {@link PassedOver}.
 * A file that is named outright is known by its content. Symbolic links are followed, but every
 * file is read once; a link that leads nowhere counts as a file that cannot be read.
 *
 * <p>Columns: {@code id} (string: the path below the directory given; with several directories
 * their names stand before it), {@code image} (Spark's image struct, 1 channel for grey images and
 * 3 otherwise, alpha composited over black). Options:
 *
 * <ul>
 *   <li>{@code labels=folder} adds {@code labelName} (string: name of the directory a file lies in)
 *       and {@code label} (int: its place among the sorted names of all directories read);
 *   <li>{@code maxPixels} (default 100000000): images with more are refused before they are
 *       decoded;
 *   <li>{@code mode}, as Spark's CSV and JSON sources have it, says what becomes of a file that is
 *       no image, is damaged or has too many pixels, that has gone, changed its length or may not
 *       be read: {@code FAILFAST} (default) fails the query with an {@link InputException} that
 *       names it; {@code DROPMALFORMED} leaves its row out; {@code PERMISSIVE} keeps the row with
 *       null for the image, and adds the column {@code corruptReason} (string: why; null where
 *       there is an image). The default is not Spark's, since a training would go on without images
 *       that nobody misses.
 * </ul>
 *
 * <p>Beside these there are those that all of Spark's sources of files have: {@code
 * pathGlobFilter}, {@code recursiveFileLookup} (here true by default), {@code modifiedBefore},
 * {@code modifiedAfter} and {@code ignoreMissingFiles}, which leaves files out that have gone
 * whatever the mode. {@code ignoreCorruptFiles} is refused: {@code mode} says it. Any other option
 * without a dot in its name is an error.
 *
 * <p>Files are listed when the DataFrame is made, and opened only if a column needs it: under
 * {@code DROPMALFORMED} always, so that every query sees the same rows. What a file system reports
 * as a failure of its own counts as no fault of the file: the task fails, and Spark tries it again.
 */
public final class ImageFolderSource implements TableProvider, DataSourceRegister {

  /** For Spark, which makes data sources by their name. */
  public ImageFolderSource() {}

  /** Whether a file of this name is taken for an image. */
  public static boolean accepts(String name) {
    return ImageFile.accepts(name);
  }

  @Override
  public String shortName() {
    return "imagefolder";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    check(options, List.of("labels"));
    String labels = options.getOrDefault("labels", "none");
    return switch (labels) {
      case "none" -> ImageFolder.schema(false, mode(options));
      case "folder" -> ImageFolder.schema(true, mode(options));
      default -> throw new InputException("option labels must be folder or none, but is " + labels);
    };
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new FileTable(shortName(), schema, folder(new CaseInsensitiveStringMap(properties)));
  }

  /** Lists the files that the options lead to. */
  static ImageFolder folder(CaseInsensitiveStringMap options) {
    check(options, List.of("labels"));
    ImageDecoder decoder = decoder(options);
    FileFilters filters = FileFilters.of(options);
    Configuration conf = configuration(options);
    return new ImageFolder(
        new ImageSearch(filters, conf).list(SourcePaths.find(options, conf)),
        decoder,
        mode(options),
        conf);
  }

  /**
   * Makes sure that all options exist, and that mode alone says what becomes of damaged files.
   *
   * @param more options beside those that say how files are read
   */
  static void check(CaseInsensitiveStringMap options, List<String> more) {
    List<String> own = new ArrayList<>(more);
    own.addAll(List.of("mode", "maxPixels"));
    OptionNames.check("imagefolder", options.asCaseSensitiveMap().keySet(), own);
    FileFilters.refuseIgnoreCorrupt(
        options,
        "set mode to DROPMALFORMED instead, which leaves damaged files out and counts them");
  }

  /** Hadoop's, with what readers have to know of the options. */
  static Configuration configuration(CaseInsensitiveStringMap options) {
    Configuration conf = SourcePaths.configuration(options);
    conf.setBoolean(ImageFolderReader.IGNORE_MISSING, FileFilters.ignoresMissing(options));
    return conf;
  }

  static ReadMode mode(CaseInsensitiveStringMap options) {
    return ReadMode.of(options.getOrDefault("mode", ReadMode.FAILFAST.name()));
  }

  static ImageDecoder decoder(CaseInsensitiveStringMap options) {
    String given =
        options.getOrDefault("maxPixels", Long.toString(ImageDecoder.DEFAULT_MAX_PIXELS));
    if (!given.matches("[0-9]{1,18}") || Long.parseLong(given) == 0) {
      throw new InputException(
          "option maxPixels must be a whole number of at least 1, but is " + given);
    }
    return new ImageDecoder(Long.parseLong(given));
  }
}
