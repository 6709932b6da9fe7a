package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names of options of data sources: one that does not exist is an error, not passed over. */
public final class OptionNames {

  /** Those that Spark itself sets, and those of all its sources of files. */
  private static final List<String> OF_FILES =
      List.of(
          "path",
          "paths",
          "pathGlobFilter",
          "recursiveFileLookup",
          "modifiedBefore",
          "modifiedAfter",
          "timeZone",
          "ignoreMissingFiles",
          "ignoreCorruptFiles");

  private static final Set<String> UNSAID = Set.of("path", "paths");

  private OptionNames() {}

  /**
   * Makes sure that a source of files knows all options. Keys with a dot are Hadoop's.
   *
   * @param source its name, for the message
   * @param given options, in upper or lower case
   * @param own options that the source has beside those of all sources of files
   * @throws InputException naming one that it does not know, and the one that is most like it
   */
  public static void check(String source, Collection<String> given, Collection<String> own) {
    List<String> known = new ArrayList<>(own);
    known.addAll(OF_FILES);
    for (String option : given) {
      if (!option.contains(".")
          && !option.startsWith("__") // Spark's own, for itself
          && known.stream().noneMatch(option::equalsIgnoreCase)) {
        known.removeAll(UNSAID);
        throw new InputException(
            "%s has no option %s: did you mean %s? It has %s; keys of Hadoop's configuration have a dot in them"
                .formatted(source, option, nearest(option, known), String.join(", ", known)));
      }
    }
  }

  /** The name that takes the fewest changed letters. */
  static String nearest(String name, List<String> names) {
    return names.stream().min(Comparator.comparingInt(known -> distance(name, known))).orElse("");
  }

  /** Levenshtein's, without regard to upper and lower case. */
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] last = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(row[j - 1], last[j]));
      }
      last = row;
    }
    return last[b.length()];
  }
}
