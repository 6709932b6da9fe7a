package ai.narrows.images.source;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.images.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap;
import org.apache.spark.sql.execution.datasources.PathFilterFactory;
import org.apache.spark.sql.execution.datasources.PathFilterStrategy;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Which files a read takes, by the options that all of Spark's sources of files have: {@code
 * pathGlobFilter}, {@code modifiedAfter}, {@code modifiedBefore} and {@code recursiveFileLookup}.
 *
 * @param filters files must satisfy each
 * @param recursive whether directories in directories are read, where the options say so
 */
record FileFilters(List<PathFilterStrategy> filters, Optional<Boolean> recursive) {

  private static final String RECURSIVE = "recursiveFileLookup";
  private static final String IGNORE_MISSING = "ignoreMissingFiles";
  private static final String IGNORE_CORRUPT = "ignoreCorruptFiles";

  /**
   * The filters that options ask for.
   *
   * @throws InputException if a value is wrong
   */
  static FileFilters of(CaseInsensitiveStringMap options) {
    try {
      Map<String, String> given = options.asCaseSensitiveMap();
      List<PathFilterStrategy> filters =
          ScalaCollections.asJava(
              PathFilterFactory.create(new CaseInsensitiveMap<>(ScalaCollections.copy(given))));
      return new FileFilters(
          List.copyOf(filters),
          options.containsKey(RECURSIVE)
              ? Optional.of(isTrue(options, RECURSIVE))
              : Optional.empty());
    } catch (InputException e) {
      throw e;
    } catch (Exception e) { // Scala does not declare that it throws AnalysisException
      throw new InputException(
          "option pathGlobFilter, modifiedAfter or modifiedBefore: " + InputException.reason(e), e);
    }
  }

  /** Whether a file that has gone since it was listed is no error. */
  static boolean ignoresMissing(CaseInsensitiveStringMap options) {
    return isTrue(options, IGNORE_MISSING);
  }

  /** Makes sure that what becomes of damaged files is left to {@code mode}. */
  static void refuseIgnoreCorrupt(CaseInsensitiveStringMap options, String instead) {
    if (isTrue(options, IGNORE_CORRUPT)) {
      throw new InputException("option %s: %s".formatted(IGNORE_CORRUPT, instead));
    }
  }

  private static boolean isTrue(CaseInsensitiveStringMap options, String option) {
    String value = options.getOrDefault(option, "false").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new InputException(
              "option %s must be true or false, but is %s".formatted(option, value));
    };
  }

  /** Whether a file is to be read. */
  boolean accepts(FileStatus file) {
    return filters.stream().allMatch(filter -> filter.accept(file));
  }

  /** Whether there is anything to ask of a file. */
  boolean any() {
    return !filters.isEmpty();
  }
}
