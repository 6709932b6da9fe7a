package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.internal.SQLConf;

/** Spark's data sources by the names that users give them; needs no session. */
final class DataSources {
  private DataSources() {}

  /**
   * The class of a data source.
   *
   * @param otherwise what to say where there is none
   * @throws InputException if Spark knows none of the name
   */
  static Class<?> find(String name, String otherwise) {
    try {
      return DataSource.lookupDataSource(name, SQLConf.get());
    } catch (Exception e) { // Scala does not declare what it throws
      if (e instanceof ClassNotFoundException || e instanceof AnalysisException) {
        throw new InputException(
            otherwise
                + ": what a package brings needs --packages GROUP:ARTIFACT:VERSION before a lone --",
            e);
      }
      throw e;
    }
  }

  /** The same for a name that an option has. */
  static Class<?> find(String name, String option, String others) {
    return find(
        name,
        String.format(
            Locale.ROOT,
            "%s must be %s or a data source that Spark has, but is '%s'",
            option,
            others,
            name));
  }

  /** Whether it writes files into a directory that Spark gives it, and knows of nothing else. */
  static boolean writesFiles(Class<?> source) {
    return FileFormat.class.isAssignableFrom(source)
        || FileDataSourceV2.class.isAssignableFrom(source);
  }
}
