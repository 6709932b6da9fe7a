package io.narrows.images;

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
 * begin with a dot or an underscore are left out.
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
    ImageDecoder decoder = decoder(options);
    Configuration conf = SourcePaths.configuration(options);
    return new ImageFolder(
        ImageFolder.list(SourcePaths.find(options, conf), conf), decoder, mode(options), conf);
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
