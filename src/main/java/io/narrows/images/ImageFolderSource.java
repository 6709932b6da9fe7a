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
 *       decoded.
 * </ul>
 *
 * <p>Files are listed when the DataFrame is made. One that cannot be decoded fails the query with
 * an {@link InputException} that names it.
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
      case "none" -> ImageFolder.schema(false);
      case "folder" -> ImageFolder.schema(true);
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
    ImageDecoder decoder = new ImageDecoder(maxPixels(options));
    Configuration conf = SourcePaths.configuration(options);
    return new ImageFolder(ImageFolder.list(SourcePaths.find(options, conf), conf), decoder, conf);
  }

  private static long maxPixels(CaseInsensitiveStringMap options) {
    String given =
        options.getOrDefault("maxPixels", Long.toString(ImageDecoder.DEFAULT_MAX_PIXELS));
    if (!given.matches("[0-9]{1,18}") || Long.parseLong(given) == 0) {
      throw new InputException(
          "option maxPixels must be a whole number of at least 1, but is " + given);
    }
    return Long.parseLong(given);
  }
}
