package ai.narrows.images.source;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.compat.SparkSeam;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;

/** The sources that a DataFrame is loaded from, as its plan names them. */
public final class PlanLeaves {
  private PlanLeaves() {}

  /** The leaves of the analyzed plan; none where the plan is not in this JVM. */
  public static List<LogicalPlan> of(Dataset<?> rows) {
    return SparkSeam.execution(rows)
        .map(query -> List.copyOf(ScalaCollections.asJava(query.analyzed().collectLeaves())))
        .orElse(List.of());
  }

  /** Files and folders that Spark's file formats read at these leaves. */
  public static List<Path> roots(List<LogicalPlan> leaves) {
    List<Path> roots = new ArrayList<>();
    for (LogicalPlan leaf : leaves) {
      if (leaf instanceof LogicalRelation logical
          && logical.relation() instanceof HadoopFsRelation files) {
        roots.addAll(ScalaCollections.asJava(files.location().rootPaths()));
      }
    }
    return roots;
  }
}
