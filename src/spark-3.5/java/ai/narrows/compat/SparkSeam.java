package ai.narrows.compat;

import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.execution.QueryExecution;

/** Spark 3.5. */
public final class SparkSeam {
  /** What it is for, in words. */
  static final String SPARK = "Spark 3.5";

  private SparkSeam() {}

  /** Whether it runs on such a version of Spark. */
  static boolean runs(int major, int minor) {
    return major == 3 && minor == 5;
  }

  /** How Spark runs a query. */
  public static Optional<QueryExecution> execution(Dataset<?> rows) {
    return Optional.of(rows.queryExecution());
  }

  /** Which error it is, such as {@code TABLE_OR_VIEW_NOT_FOUND}; null where Spark does not say. */
  public static String condition(AnalysisException error) {
    return error.getErrorClass();
  }

  /** A param whose values are texts. */
  public static Param<String> textParam(Identifiable parent, String name, String doc) {
    return new Param<>(parent, name, doc);
  }
}
