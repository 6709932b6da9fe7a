package ai.narrows.ml.summary;

import ai.narrows.images.source.PathName;
import ai.narrows.images.source.PlanLeaves;
import ai.narrows.json.StrictJson;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Where images came from.
 *
 * @param paths files, folders, patterns or the name of a table, without user names and passwords;
 *     empty if unknown
 * @param format name of the data source, such as {@code imagefolder}; empty if unknown
 * @param where SQL condition that the rows had to satisfy; empty for all rows
 */
public record ImageSource(List<String> paths, String format, String where) implements Serializable {
  /** Of which nothing is known. */
  public static final ImageSource UNKNOWN = new ImageSource(List.of(), "", "");

  private static final int MOST_PATHS = 100;

  public ImageSource {
    paths = paths.stream().limit(MOST_PATHS).map(PathName::withoutCredentials).toList();
  }

  /**
   * The files or folders that a DataFrame was loaded from, as far as it says so; what was filtered
   * since is not known.
   */
  public static ImageSource of(Dataset<?> images) {
    Set<String> paths = new LinkedHashSet<>();
    for (LogicalPlan leaf : PlanLeaves.of(images)) {
      PlanLeaves.roots(List.of(leaf)).forEach(path -> paths.add(path.toString()));
      if (leaf instanceof DataSourceV2Relation relation) {
        addPaths(relation.options(), paths);
      }
    }
    return new ImageSource(List.copyOf(paths), "", "");
  }

  /** Those that were given to {@code load}, one by itself and several as a list in JSON. */
  private static void addPaths(CaseInsensitiveStringMap options, Set<String> paths) {
    if (options.get("path") != null) {
      paths.add(options.get("path"));
    }
    if (options.get("paths") != null) {
      StrictJson json = StrictJson.plain();
      try {
        paths.addAll(List.of(json.bind(json.parse(options.get("paths"), "paths"), String[].class)));
      } catch (IllegalArgumentException e) { // another source's own notion of paths
        paths.add(options.get("paths"));
      }
    }
  }

  /** Such as {@code photos where label = 1}; empty if nothing is known. */
  @Override
  public String toString() {
    return String.join(" ", paths) + (where.isEmpty() ? "" : " where " + where);
  }
}
