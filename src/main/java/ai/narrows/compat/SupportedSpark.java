package ai.narrows.compat;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.package$;
import scala.util.Properties;

/** Whether this build of Narrows runs on the Spark that is here, or which other one does. */
public final class SupportedSpark {
  private static final Pattern LINE = Pattern.compile("(\\d+)\\.(\\d+)\\..*");

  private SupportedSpark() {}

  /**
   * Makes sure that it does. Otherwise the first call of a method that the other Spark lacks would
   * end in a {@code NoSuchMethodError}.
   *
   * @throws IllegalArgumentException naming both versions and the build to take
   */
  public static void check() {
    fault(package$.MODULE$.SPARK_VERSION(), Properties.versionNumberString(), Build.here())
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException(fault);
            });
  }

  /**
   * What is wrong, if anything is.
   *
   * @param spark version of Spark; vendors put their own words behind it
   * @param scala version of Scala's library
   */
  static Optional<String> fault(String spark, String scala, Build build) {
    String need = build.scala();
    Matcher line = LINE.matcher(spark);
    boolean fits = line.matches() && SparkSeam.runs(number(line, 1), number(line, 2));
    if (fits && scala.startsWith(need + ".")) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Spark %s with Scala %s runs here, but this jar of Narrows %s is for %s with Scala %s: take %s",
            spark,
            scala,
            build.version(),
            SparkSeam.SPARK,
            need,
            line.matches() ? remedy(number(line, 1), number(line, 2), scala) : SparkSeam.SPARK));
  }

  private static int number(Matcher line, int group) {
    return Integer.parseInt(line.group(group));
  }

  private static String remedy(int major, int minor, String scala) {
    if (major == 4) {
      return "the artifact narrows";
    }
    return major == 3 && minor == 5
        ? "the artifact narrows-spark-3.5_" + scala.replaceAll("^(\\d+\\.\\d+).*", "$1")
        : "Spark 4 or Spark 3.5";
  }
}
