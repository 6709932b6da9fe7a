package ai.narrows.images.source;

import ai.narrows.images.InputException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * What files are called in ids: by their path below the directory that was given, so that a copy of
 * the data elsewhere has the same ids.
 *
 * @param bases paths of directories, without a scheme
 * @param prefixes what names of files below them begin with
 */
public record FileIds(List<String> bases, List<String> prefixes) implements Serializable {

  /**
   * For files that are read from some paths.
   *
   * @param paths files, directories and patterns
   * @throws InputException if one leads nowhere
   */
  public static FileIds below(List<String> paths, Configuration conf) {
    try {
      String all = new ObjectMapper().writeValueAsString(paths);
      return of(
          SourcePaths.find(new CaseInsensitiveStringMap(Map.of("paths", all)), conf).stream()
              .map(SourcePaths.Found::base)
              .toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For files in some directories. */
  public static FileIds of(List<Path> directories) {
    List<Path> bases = directories.stream().distinct().toList();
    return new FileIds(
        bases.stream().map(base -> base.toUri().getPath()).toList(),
        bases.size() < 2
            ? bases.stream().map(base -> "").toList()
            : SourcePaths.distinctEndings(bases).stream().map(name -> name + "/").toList());
  }

  /**
   * Name of a file.
   *
   * @param uri of the file, as Spark has it
   */
  public String name(String uri) {
    Path file = new Path(URI.create(uri));
    String path = file.toUri().getPath();
    for (int i = 0; i < bases.size(); i++) {
      String base = bases.get(i).endsWith("/") ? bases.get(i) : bases.get(i) + "/";
      if (path.startsWith(base)) {
        return prefixes.get(i) + path.substring(base.length());
      }
    }
    return file.getName();
  }
}
