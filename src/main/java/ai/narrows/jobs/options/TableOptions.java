package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableFiles;
import ai.narrows.jobs.output.TableOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import picocli.CommandLine.Option;

/** How a table of results is written. */
public final class TableOptions {
  private static final Set<String> OF_STREAMS = Set.of("parquet", "orc", "csv", "json");
  private static final Set<String> ONLY_READ =
      Set.of("idx", "cifar", "imagefolder", "image", "binaryfile");

  /** White space around an id is part of it. */
  private static final Map<String, String> OF_CSV =
      Map.of(
          "header",
          "true",
          "ignoreLeadingWhiteSpace",
          "false",
          "ignoreTrailingWhiteSpace",
          "false");

  /** Format of the table. */
  @Option(
      names = "--output-format",
      order = 41,
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description =
          "parquet, orc, json, or csv where no column is an array; table for a table of Spark's catalogs, which"
              + " --output names; or any other data source of Spark, such as delta (default: ${DEFAULT-VALUE}).")
  public String format;

  @Option(
      names = "--output-option",
      order = 41,
      paramLabel = "KEY=VALUE",
      description =
          "Option for the format, as in write().option(KEY, VALUE): compression=zstd. Can be given again.")
  Map<String, String> options = new LinkedHashMap<>();

  private boolean ofFiles;

  /** Checks what needs no session. */
  public void check() {
    String name = format.toLowerCase(Locale.ROOT);
    if (ONLY_READ.contains(name)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--output-format must be one that can be written, but '%s' is only read",
              format));
    }
    ofFiles =
        OF_STREAMS.contains(name)
            || (!isOfCatalog()
                && DataSources.writesFiles(
                    DataSources.find(format, "--output-format", "parquet, orc, csv, json, table")));
  }

  /** Checks besides what needs no session where rows are appended as they come. */
  public void checkStream() {
    if (!OF_STREAMS.contains(format.toLowerCase(Locale.ROOT))) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--output-format must be one of parquet, orc, csv, json with --stream, but is '%s'",
              format));
    }
  }

  /** Whether a catalog knows where the table is and what it is made of. */
  boolean isOfCatalog() {
    return InputOptions.isTable(format);
  }

  /**
   * Where the table goes, refused here where it exists unasked for.
   *
   * @param input what is read meanwhile and must not be replaced
   * @param sources likewise
   */
  public TableOutput open(
      OutputOptions output,
      InputOptions input,
      Sources sources,
      SparkSession spark,
      Progress progress)
      throws IOException {
    return ofFiles
        ? new TableFiles(format, effective(), output.open(sources, progress))
        : new SourceTable(this, output, sources.hadoop()).check(input, sources, spark);
  }

  /** Checks that a second table of files can be written beside the first. */
  void checkFiles(String option) {
    if (!ofFiles) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s writes files: it needs an --output-format such as parquet, orc, csv or json, but that is '%s'",
              option,
              format));
    }
  }

  /** The same table format for another output. */
  TableFiles files(Output output) {
    return new TableFiles(format, effective(), output);
  }

  /** Writes as the user says; into which format is still to be said. */
  DataFrameWriter<Row> writer(Dataset<Row> rows) {
    return rows.write().options(effective());
  }

  /** Appends rows as they come, in the same way. */
  public DataStreamWriter<Row> append(Dataset<Row> rows) {
    return rows.writeStream().format(format).options(effective()).outputMode("append");
  }

  /** The user's options behind those that a format has by default. */
  private Map<String, String> effective() {
    Map<String, String> all =
        new LinkedHashMap<>(format.equalsIgnoreCase("csv") ? OF_CSV : Map.of());
    all.putAll(options);
    return all;
  }
}
