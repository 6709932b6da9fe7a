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
 * Spark's data source {@code idx}: IDX files of uint8 images (MNIST's format), [n, height, width]
 * grey or [n, height, width, 3] in RGB, plain or gzip. Paths may be files, directories and
 * patterns.
 *
 * <p>Columns: {@code id} (string: the file's name without {@code .gz}, {@code #}, the index; where
 * files of the same name are read, their directories' names stand before it), {@code index}
 * (bigint: 0-based in the file), {@code label} (int; only where a labels file stands beside the
 * images, named {@code labels} for {@code images} and {@code idx1} for {@code idx3}), {@code image}
 * (Spark's image struct).
 *
 * <p>Headers, lengths and labels are checked when the DataFrame is made; what is wrong ends in an
 * {@link InputException}. Plain files are read in parallel ranges, a gzip file by one task.
 */
public final class IdxSource implements TableProvider, DataSourceRegister {

  // Spark asks for the schema, then for the table: files are looked at once.
  private IdxFiles files;

  /** For Spark, which makes data sources by their name. */
  public IdxSource() {}

  @Override
  public String shortName() {
    return "idx";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    Configuration conf = SourcePaths.configuration(options);
    files = IdxFiles.find(SourcePaths.find(options, conf), conf);
    return files.schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    if (files == null) {
      inferSchema(new CaseInsensitiveStringMap(properties));
    }
    return new FileTable(shortName(), schema, files);
  }
}
