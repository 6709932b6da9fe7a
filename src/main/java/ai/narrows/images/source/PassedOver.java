package ai.narrows.images.source;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;

/**
 * Files that a listing of images has passed over, counted by kind. Hidden files are not among them.
 *
 * @param kinds numbers by what files are: {@code .xmp}, or words such as {@code without an ending}
 */
public record PassedOver(Map<String, Long> kinds) implements Serializable {

  /** Nothing. */
  public static final PassedOver NOTHING = new PassedOver(Map.of());

  static final String NO_ENDING = "without an ending";
  static final String ALIAS = "reached twice by links";

  private static final String OTHERS = "with other endings";
  private static final int LONGEST_ENDING = 10;
  private static final int MOST_KINDS = 12;

  public PassedOver {
    kinds = Map.copyOf(kinds);
  }

  /**
   * What was passed over where the images of a DataFrame were listed: nothing where they come from
   * elsewhere than {@code imagefolder}.
   */
  public static PassedOver of(Dataset<?> images) {
    PassedOver all = NOTHING;
    for (LogicalPlan leaf : PlanLeaves.of(images)) {
      if (leaf instanceof DataSourceV2Relation relation
          && relation.table() instanceof FileTable table) {
        all = all.and(table.passedOver());
      }
    }
    return all;
  }

  /** What a file is called that is no image by its name. */
  static String kind(String name) {
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    return ending.length() < 2 ? NO_ENDING : ending.length() > LONGEST_ENDING ? OTHERS : ending;
  }

  private PassedOver and(PassedOver other) {
    Map<String, Long> sum = new TreeMap<>(kinds);
    other.kinds.forEach((kind, files) -> sum.merge(kind, files, Long::sum));
    return of(sum);
  }

  /** Counts kinds, each as often as it comes. */
  public static PassedOver ofKinds(List<String> kinds) {
    return of(kinds.stream().collect(Collectors.groupingBy(kind -> kind, Collectors.counting())));
  }

  /** Where names end in numbers, there are as many endings as files. */
  static PassedOver of(Map<String, Long> counted) {
    if (counted.size() <= MOST_KINDS) {
      return new PassedOver(counted);
    }
    Map<String, Long> most = new TreeMap<>();
    sorted(counted)
        .forEach(
            kind ->
                most.merge(
                    most.size() < MOST_KINDS - 1 ? kind.getKey() : OTHERS,
                    kind.getValue(),
                    Long::sum));
    return new PassedOver(most);
  }

  private static List<Map.Entry<String, Long>> sorted(Map<String, Long> kinds) {
    return kinds.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  /** Number of files. */
  public long files() {
    return kinds.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The numbers with their kinds, largest first: {@code 5 without an ending, 3 .xmp}. */
  @Override
  public String toString() {
    return sorted(kinds).stream()
        .map(kind -> String.format(Locale.ROOT, "%,d %s", kind.getValue(), kind.getKey()))
        .collect(Collectors.joining(", "));
  }
}
