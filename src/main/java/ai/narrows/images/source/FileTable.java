package ai.narrows.images.source;

import java.util.Arrays;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table of image files that Spark reads in batches, whatever their format. Files are listed and
 * checked when it is made, on the driver; only the columns asked for are read.
 */
final class FileTable implements SupportsRead {

  private final String name;
  private final StructType schema;
  private final Files files;

  /** What a format knows about its files. */
  interface Files {

    /**
     * Deals the files out to tasks.
     *
     * @param targetBytes how much one task reads, see {@link #targetBytes}
     */
    InputPartition[] partitions(long targetBytes);

    /** Number of bytes of all files, with what opening them costs. */
    long totalBytes();

    /** What was found beside them that is no image. */
    default PassedOver passedOver() {
      return PassedOver.NOTHING;
    }

    /** Makes the readers for the given columns, in this order. */
    PartitionReaderFactory readers(StructType columns);
  }

  FileTable(String name, StructType schema, Files files) {
    this.name = name;
    this.schema = schema;
    this.files = files;
  }

  /**
   * How much one task reads: an even share of the bytes, but at least 1 MiB and at most {@code
   * maxBytes}. A pure function, so the same files give the same partitions.
   */
  static long targetBytes(long totalBytes, int parallelism, long maxBytes) {
    long share = totalBytes / Math.max(1, parallelism) + 1;
    return Math.max(1, Math.min(maxBytes, Math.max(1 << 20, share)));
  }

  PassedOver passedOver() {
    return files.passedOver();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  @SuppressWarnings("deprecation") // what Spark 4.0 and 3.5 ask for
  public StructType schema() {
    return schema;
  }

  @Override
  public Column[] columns() {
    return Arrays.stream(schema.fields())
        .map(field -> Column.create(field.name(), field.dataType(), field.nullable()))
        .toArray(Column[]::new);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new FileScan();
  }

  /** One read of the table. */
  private final class FileScan implements SupportsPushDownRequiredColumns, Scan, Batch {

    private StructType columns = schema;

    /** Takes whole columns: parts of the image struct are not worth leaving out. */
    @Override
    public void pruneColumns(StructType required) {
      Set<String> names = Set.of(required.fieldNames());
      columns = new StructType();
      for (StructField field : schema.fields()) {
        if (names.contains(field.name())) {
          columns = columns.add(field);
        }
      }
    }

    @Override
    public Scan build() {
      return this;
    }

    @Override
    public StructType readSchema() {
      return columns;
    }

    @Override
    public String description() {
      return name + " " + String.join(", ", columns.fieldNames());
    }

    @Override
    public Batch toBatch() {
      return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
      SparkSession session = SparkSession.active();
      return files.partitions(
          targetBytes(
              files.totalBytes(),
              session.sparkContext().defaultParallelism(),
              Math.min(128L << 20, session.sessionState().conf().filesMaxPartitionBytes())));
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
      return files.readers(columns);
    }
  }
}
