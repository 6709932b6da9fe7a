package ai.narrows.compat;

import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.execution.QueryExecution;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Spark 4. */
public final class SparkSeam {
  /** What it is for, in words. */
  static final String SPARK = "Spark 4";

  private SparkSeam() {}

  /** Whether it runs on such a version of Spark. */
  static boolean runs(int major, int minor) {
    return major == 4;
  }

  /** How Spark runs a query; nothing where that is planned in another JVM, by Spark Connect. */
  public static Optional<QueryExecution> execution(Dataset<?> rows) {
    return rows instanceof org.apache.spark.sql.classic.Dataset<?> local
        ? Optional.of(local.queryExecution())
        : Optional.empty();
  }

  /** Which error it is, such as {@code TABLE_OR_VIEW_NOT_FOUND}; null where Spark does not say. */
  public static String condition(AnalysisException error) {
    return error.getCondition();
  }

  /** A param whose values are texts; Spark 4.0.0 alone asks for their class. */
  public static Param<String> textParam(Identifiable parent, String name, String doc) {
    try {
      return new Param<>(parent, name, doc);
    } catch (NoSuchMethodError e) {
      return tagged(parent, name, doc);
    }
  }

  @SuppressWarnings("unchecked")
  private static Param<String> tagged(Identifiable parent, String name, String doc) {
    try {
      return Param.class
          .getConstructor(Identifiable.class, String.class, String.class, ClassTag.class)
          .newInstance(parent, name, doc, ClassTag$.MODULE$.apply(String.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Spark's class Param has no constructor that is known", e);
    }
  }
}
