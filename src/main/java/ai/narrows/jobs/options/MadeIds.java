package ai.narrows.jobs.options;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.compat.SparkSeam;
import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.source.FileIds;
import ai.narrows.images.source.PlanLeaves;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.FileScanRDD;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Ids for rows of files that have none: the file's path below what was given, {@code #}, and the
 * row's place in the file, from 0. They depend neither on the number of cores nor on how Spark cuts
 * files into pieces.
 *
 * <p>Parquet files know a row's place. Of others a task counts rows from where its piece begins,
 * and how many come before that is found out first, in a pass that reads no columns; only files
 * that are cut need it.
 */
final class MadeIds {
  private static final String METADATA = "_metadata";
  private static final String PATH = "file_path";
  private static final String START = "file_block_start";
  private static final String INDEX = "row_index";

  private final Dataset<Row> rows;
  private final FileIds files;

  private MadeIds(Dataset<Row> rows, FileIds files) {
    this.rows = rows;
    this.files = files;
  }

  /**
   * Adds the ids.
   *
   * @param paths what is read, where that are files; otherwise the places are Spark's to know
   * @param dropsRows whether the source leaves out rows that it finds damaged when it reads them
   * @return nothing where the rows do not come from files alone
   */
  static Optional<Dataset<Row>> add(
      Dataset<Row> rows, Optional<List<String>> paths, boolean dropsRows, String column) {
    if (!has(rows, PATH) || !has(rows, START)) {
      return Optional.empty();
    }
    FileIds files =
        paths
            .map(given -> FileIds.below(given, rows.sparkSession().sessionState().newHadoopConf()))
            .orElseGet(() -> FileIds.of(roots(rows)));
    MadeIds ids = new MadeIds(rows, files);
    Column id = has(rows, INDEX) ? ids.known() : ids.counted(dropsRows);
    return Optional.of(rows.withColumn(column, id));
  }

  private static Column metadata(Dataset<Row> rows, String field) {
    return rows.metadataColumn(METADATA).getField(field);
  }

  private static boolean has(Dataset<Row> rows, String field) {
    try {
      return rows.select(metadata(rows, field)).schema().size() == 1;
    } catch (Exception e) { // Scala does not declare that it throws AnalysisException
      if (e instanceof AnalysisException) {
        return false;
      }
      throw e;
    }
  }

  /** Directories of a table of Spark's catalogs. */
  private static List<Path> roots(Dataset<Row> rows) {
    return PlanLeaves.roots(PlanLeaves.of(rows));
  }

  /** The file says it. */
  private Column known() {
    FileIds names = files;
    UDF2<String, Long, String> id = (file, place) -> names.name(file) + "#" + place;
    return functions
        .udf(id, DataTypes.StringType)
        .apply(metadata(rows, PATH), metadata(rows, INDEX));
  }

  private Column counted(boolean dropsRows) {
    SparkSession spark = rows.sparkSession();
    // The same pieces in the pass and afterwards, also if executors come and go.
    if (spark.conf().getOption(InputOptions.MIN_PIECES).isEmpty()) {
      spark
          .conf()
          .set(InputOptions.MIN_PIECES, Math.max(1, spark.sparkContext().defaultParallelism()));
    }
    Map<String, Map<Long, Long>> before =
        isCut()
            ? Described.get(
                spark.sparkContext(), "counting the rows of files", () -> before(dropsRows))
            : Map.of();
    return functions
        .udf(new Counter(files, before), DataTypes.StringType)
        .asNondeterministic() // so that it sees all rows, before any filter
        .apply(metadata(rows, PATH), metadata(rows, START), needed(dropsRows));
  }

  /** What is damaged shows when all columns are read, so that they are, whoever asks for ids. */
  private Column needed(boolean dropsRows) {
    return dropsRows
        ? functions.array(
            Arrays.stream(rows.columns())
                .map(name -> ColumnNames.quoted(name).isNull())
                .toArray(Column[]::new))
        : functions.lit(true);
  }

  /** Whether Spark reads a file in several pieces, or may. */
  private boolean isCut() {
    Dataset<Row> lean = rows.select(metadata(rows, START));
    Optional<QueryExecution> execution = SparkSeam.execution(lean);
    if (execution.isEmpty()) {
      return true;
    }
    boolean looked = false;
    for (Object leaf : ScalaCollections.asJava(execution.get().executedPlan().collectLeaves())) {
      if (!(leaf instanceof FileSourceScanExec scan)
          || !(scan.inputRDD() instanceof FileScanRDD pieces)) {
        return true;
      }
      looked = true;
      for (FilePartition partition : ScalaCollections.asJava(pieces.filePartitions())) {
        for (PartitionedFile piece : partition.files()) {
          if (piece.start() > 0) {
            return true;
          }
        }
      }
    }
    return !looked;
  }

  /** Of files that are cut, where each later piece begins: the number of rows before it. */
  private Map<String, Map<Long, Long>> before(boolean dropsRows) {
    Map<String, TreeMap<Long, Long>> counts = new HashMap<>();
    for (Row piece :
        rows.groupBy(metadata(rows, PATH), metadata(rows, START))
            .agg(functions.count(functions.lit(1)), functions.max(needed(dropsRows)))
            .collectAsList()) {
      counts
          .computeIfAbsent(piece.getString(0), file -> new TreeMap<>())
          .put(piece.getLong(1), piece.getLong(2));
    }
    Map<String, Map<Long, Long>> before = new HashMap<>();
    counts.forEach(
        (file, pieces) -> {
          Map<Long, Long> starts = new HashMap<>();
          long sum = 0;
          for (Map.Entry<Long, Long> piece : pieces.entrySet()) {
            if (piece.getKey() > 0) {
              starts.put(piece.getKey(), sum);
            }
            sum += piece.getValue();
          }
          if (!starts.isEmpty()) {
            before.put(file, starts);
          }
        });
    return before;
  }

  /** Counts the rows of one piece after the other, as a task reads them. */
  private static final class Counter implements UDF3<String, Long, Object, String> {
    private static final long serialVersionUID = 1L;

    private final FileIds files;
    private final Map<String, Map<Long, Long>> before;

    private transient String file; // that the last row was of
    private transient long start;
    private transient String name;
    private transient long next;

    Counter(FileIds files, Map<String, Map<Long, Long>> before) {
      this.files = files;
      this.before = before;
    }

    @Override
    public String call(String path, Long begin, Object needed) {
      if (!path.equals(file) || begin != start) {
        next = first(path, begin);
        file = path;
        start = begin;
        name = files.name(path);
      }
      return name + "#" + next++;
    }

    private long first(String path, long begin) {
      Long rows = begin == 0 ? Long.valueOf(0) : before.getOrDefault(path, Map.of()).get(begin);
      if (rows == null) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s is read from byte %d on, but its rows were counted in other pieces; set %s",
                path,
                begin,
                InputOptions.MIN_PIECES));
      }
      return rows;
    }
  }
}
