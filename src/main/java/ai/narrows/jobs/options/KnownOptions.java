package ai.narrows.jobs.options;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.images.InputException;
import ai.narrows.images.source.OptionNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.csv.CSVOptions;
import org.apache.spark.sql.catalyst.json.JSONOptions;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions;
import org.apache.spark.sql.execution.datasources.text.TextOptions;

/** The options of Spark's own sources of files, which pass over those that they do not know. */
final class KnownOptions {
  private KnownOptions() {}

  /**
   * Makes sure that a source knows all options. Of sources that are not Spark's nobody can tell.
   *
   * @throws InputException naming one that it does not know
   */
  static void check(String source, Map<String, String> options) {
    Optional<Collection<String>> own = of(source.toLowerCase(Locale.ROOT));
    if (own.isPresent()) {
      List<String> known = new ArrayList<>(own.get());
      known.add("basePath");
      OptionNames.check(source, options.keySet(), known);
    }
  }

  private static Optional<Collection<String>> of(String source) {
    return Optional.ofNullable(
        switch (source) {
          case "parquet" -> sorted(ParquetOptions.getAllOptions());
          case "orc" -> sorted(OrcOptions.getAllOptions());
          case "csv" -> sorted(CSVOptions.getAllOptions());
          case "json" -> sorted(JSONOptions.getAllOptions());
          case "text" -> sorted(TextOptions.getAllOptions());
          case "binaryfile" -> List.of();
          default -> null;
        });
  }

  private static Collection<String> sorted(scala.collection.Set<String> names) {
    return ScalaCollections.asJava(names).stream().sorted().toList();
  }
}
