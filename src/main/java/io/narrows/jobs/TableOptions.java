package io.narrows.jobs;

import io.narrows.images.InputException;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import picocli.CommandLine.Option;

/** How a table of results is written. */
final class TableOptions {
  private static final Set<String> FORMATS = Set.of("parquet", "orc", "csv", "json");

  @Option(
      names = "--output-format",
      order = 41,
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description =
          "parquet, orc, json, or csv where no column is an array (default: ${DEFAULT-VALUE}).")
  String format;

  /** Checks what needs no Spark. */
  void check() {
    if (!FORMATS.contains(format)) {
      throw new InputException(
          "--output-format must be one of parquet, orc, csv, json, but is '" + format + "'");
    }
  }

  void write(Dataset<Row> rows, Output output) {
    rows.write().format(format).options(options()).save(output.pending());
  }

  /** Appends rows as they come, in the same way. */
  DataStreamWriter<Row> append(Dataset<Row> rows) {
    return rows.writeStream().format(format).options(options()).outputMode("append");
  }

  private Map<String, String> options() {
    return format.equals("csv") ? Map.of("header", "true") : Map.of();
  }
}
