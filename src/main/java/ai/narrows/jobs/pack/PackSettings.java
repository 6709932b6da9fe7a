package ai.narrows.jobs.pack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What decides which rows a pack writes: a pack that goes on with another's work must agree.
 *
 * @param options options that change the rows, by name
 * @param labelNames the folders' names, sorted, as labels number them; empty without labels
 */
public record PackSettings(Map<String, String> options, List<String> labelNames) {

  public PackSettings {
    options = new LinkedHashMap<>(options);
    labelNames = List.copyOf(labelNames);
  }

  /** How another differs from these, in words; empty if it does not. */
  String difference(PackSettings now) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(options.keySet());
    names.addAll(now.options.keySet());
    for (String name : names) {
      String was = options.get(name);
      String is = now.options.get(name);
      if (!Objects.equals(was, is)) {
        differences.add(
            String.format(Locale.ROOT, "%s was %s and is %s", name, shown(was), shown(is)));
      }
    }
    if (differences.isEmpty() && !labelNames.equals(now.labelNames)) {
      differences.add(
          "the labels number other folders: "
              + List.of(
                      folders("gone", labelNames, now.labelNames),
                      folders("new", now.labelNames, labelNames))
                  .stream()
                  .filter(words -> !words.isEmpty())
                  .collect(Collectors.joining(", ")));
    }
    return String.join(", ", differences);
  }

  private static String shown(String value) {
    return value == null ? "not given" : "'" + value + "'";
  }

  private static String folders(String what, List<String> in, List<String> butNotIn) {
    TreeSet<String> names = new TreeSet<>(in);
    names.removeAll(butNotIn);
    return names.isEmpty() ? "" : names.first() + " is " + what;
  }
}
