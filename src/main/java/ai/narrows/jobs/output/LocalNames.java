package ai.narrows.jobs.output;

import ai.narrows.distributed.Described;
import ai.narrows.images.InputException;
import ai.narrows.images.source.FileNames;
import ai.narrows.images.source.PathName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The files and directories that a command line names. A JVM in the POSIX locale reads and writes
 * local names in ASCII: others would be mangled without a word.
 *
 * @param paths the values of options that take paths, in which a letter is not ASCII
 */
public record LocalNames(List<String> paths) {
  private static final Set<String> LABELS = Set.of("PATH", "DIR", "FILE");

  /** The options' values. */
  public static LocalNames of(CommandSpec spec) {
    List<String> paths = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (LABELS.contains(option.paramLabel())) {
        Object value = option.getValue();
        List<?> values =
            value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        values.stream()
            .map(Object::toString)
            .filter(path -> path.chars().anyMatch(c -> c > 127))
            .forEach(paths::add);
      }
    }
    return new LocalNames(paths);
  }

  /**
   * Makes sure that no letter of a command line was lost when the JVM decoded it.
   *
   * @throws InputException naming the word
   */
  public static void checkDecoded(String[] words) {
    for (String word : words) {
      if (!FileNames.isDecoded(word)) {
        throw new InputException(
            "'%s' has letters that cannot be read: %s".formatted(word, FileNames.remedy()));
      }
    }
  }

  /** Settings by which executors read names as this JVM does, where its locale is everywhere. */
  public static Map<String, String> settings() {
    String locale = System.getenv("LC_ALL");
    return locale != null && locale.matches("C\\.(UTF-8|utf8)")
        ? Map.of("spark.executorEnv.LC_ALL", locale)
        : Map.of();
  }

  /**
   * Makes sure that driver and executors can write the names of those that are local.
   *
   * @throws InputException naming one
   */
  public void check(SparkSession spark) throws IOException {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    for (String path : paths) {
      if (Sources.isPath(path, hadoop)
          && PathName.path(path).getFileSystem(hadoop) instanceof LocalFileSystem
          && !(FileNames.isEncodable(path) && executorsCanWrite(path, spark))) {
        throw new InputException(
            "the name %s cannot be written: %s".formatted(path, FileNames.remedy()));
      }
    }
  }

  private static boolean executorsCanWrite(String path, SparkSession spark) {
    if (spark.sparkContext().isLocal()) {
      return true;
    }
    int tasks = spark.sparkContext().defaultParallelism();
    return Described.get(
        spark.sparkContext(),
        "looking at the executors' encoding of names",
        () ->
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(Collections.nCopies(tasks, path), tasks)
                .map(FileNames::isEncodable)
                .reduce(Boolean::logicalAnd));
  }
}
