package ai.narrows.jobs.options;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files that were looked at to find out what an input is made of. */
final class FilesSeen {
  /** A directory's kind shows in its first files; a tree of millions is not listed for it. */
  private static final int ENOUGH = 1000;

  /** Files beside which there may be pictures, such as descriptions, are many before these come. */
  private static final int MOST = 100_000;

  private static final String IMAGES = "imagefolder";

  private final Map<String, Integer> formats = new LinkedHashMap<>(); // number of files
  private final Map<String, Integer> endings = new TreeMap<>(); // of files that are no pictures
  private int files;

  /**
   * @param format what the file looks like, null for nothing that is known
   */
  void add(String format, String name) {
    files++;
    if (format != null) {
      formats.merge(format, 1, Integer::sum);
    }
    if (!IMAGES.equals(format)) {
      int dot = name.lastIndexOf('.');
      String ending = dot <= 0 ? "other" : name.substring(dot).toLowerCase(Locale.ROOT);
      endings.merge(ending, 1, Integer::sum);
    }
  }

  boolean any() {
    return files > 0;
  }

  /** Whether more files may change what it is. */
  boolean goesOn() {
    return files < ENOUGH || (files < MOST && !formats.containsKey(IMAGES));
  }

  /** The first of some formats of which there are files. */
  Optional<String> first(List<String> order) {
    return order.stream().filter(formats::containsKey).findFirst();
  }

  /** Whether there are files of another format that is known. */
  boolean others(String format) {
    return formats.size() > 1 && formats.containsKey(format);
  }

  /** What is read and what is left, with the reason. */
  String inWords(String name, String chosen) {
    String most = files >= ENOUGH ? "at least " : "";
    if (!chosen.equals(IMAGES)) {
      return String.format(
          Locale.ROOT,
          "Reading %s as %s, which %s%,d of its files are; there are files of other formats (%s); give the input format to read those instead",
          name,
          chosen,
          most,
          formats.get(chosen),
          String.join(
              ", ", formats.keySet().stream().filter(format -> !format.equals(chosen)).toList()));
    }
    StringBuilder others = new StringBuilder();
    endings.forEach(
        (ending, count) ->
            others
                .append(others.isEmpty() ? "" : ", ")
                .append(String.format(Locale.ROOT, "%s%,d %s", most, count, ending)));
    return String.format(
        Locale.ROOT,
        "Reading %s%,d image files of %s, since images come first; other files beside them are ignored (%s); give the input format to read those instead",
        most,
        formats.get(chosen),
        name,
        others);
  }
}
