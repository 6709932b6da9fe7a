package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A data source of files of records. */
abstract class RecordSource implements TableProvider, DataSourceRegister {

  // Spark asks for the schema, then for the table: files are looked at once.
  private RecordFiles files;

  /** The format that the options ask for. */
  abstract RecordFiles.Format format(CaseInsensitiveStringMap options);

  /** Options that other sources of files do not have. */
  List<String> ownOptions() {
    return List.of();
  }

  @Override
  public final StructType inferSchema(CaseInsensitiveStringMap options) {
    List<String> own = new ArrayList<>(ownOptions());
    own.add("mode");
    OptionNames.check(shortName(), options.asCaseSensitiveMap().keySet(), own);
    checkMode(options);
    FileFilters.refuseIgnoreCorrupt(
        options, shortName() + " files are sound or refused as a whole");
    RecordFiles.Format format = format(options);
    Configuration conf = SourcePaths.configuration(options);
    conf.setBoolean(RecordFiles.IGNORE_MISSING, FileFilters.ignoresMissing(options));
    files =
        RecordFiles.find(format, SourcePaths.find(options, conf), FileFilters.of(options), conf);
    return files.schema();
  }

  /** A file of records is sound or not, which shows when it is listed. */
  private void checkMode(CaseInsensitiveStringMap options) {
    ReadMode mode = ReadMode.of(options.getOrDefault("mode", ReadMode.FAILFAST.name()));
    if (mode != ReadMode.FAILFAST) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "option mode must be FAILFAST for %s, whose files are sound or refused as a whole, but is %s",
              shortName(),
              mode));
    }
  }

  @Override
  public final Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    if (files == null) {
      inferSchema(new CaseInsensitiveStringMap(properties));
    }
    return new FileTable(shortName(), schema, files);
  }
}
