package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.VariationalAutoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.lang3.StringUtils;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the README lists is what the estimators have; its commands and other pages' are ones. */
class ReadmeTest {
  private static final List<String> HEADER =
      List.of("| parameter | option | default | what it is |", "|---|---|---|---|");
  private static final Pattern SHELL = Pattern.compile("(?ms)^```bash\\n(.*?)^```$");

  /** A script of a job or its class, and the options behind it. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)^(?:jobs/(?!quickstart)([\\w-]+)|\\S*spark-submit .*--class ai\\.narrows\\.jobs\\.(\\w+) \\S+\\.jar)(.*)$");

  /** Where input and output would stand. */
  private static final String LEFT_OUT = "...";

  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");

  @Test
  void theParameterTablesAreTheParams() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains(table(name -> !name.endsWith("Col")));
    assertThat(readme).contains(table(name -> name.endsWith("Col")));
  }

  /** Every job in a block of shell commands, up to where it would ask for Spark. */
  @ParameterizedTest
  @CsvSource({"README.md, 20", "docs/deploy.md, 5"})
  void theCommandsAreUnderstood(String page, int atLeast) throws Exception {
    int understood = 0;
    for (MatchResult block : SHELL.matcher(Files.readString(Path.of(page))).results().toList()) {
      String commands = block.group(1).replace("\\\n", " ").replaceAll("(?m) +#.*", "");
      for (MatchResult command : COMMAND.matcher(commands).results().toList()) {
        boolean script = command.group(1) != null;
        String name = script ? nameOf(command.group(1)) : command.group(2);
        String[] ofSparkAndJob = (" " + command.group(3)).split(" -- ", 2);
        String ofJob = ofSparkAndJob[ofSparkAndJob.length - 1].strip();
        if (ofJob.equals(LEFT_OUT)) {
          continue;
        }
        Job job = job(name);
        CommandLine line = new CommandLine(job).setCaseInsensitiveEnumValuesAllowed(true);
        job.addOptions(line.getCommandSpec());
        line.parseArgs(words(ofJob));
        job.check();
        understood++;
      }
    }
    assertThat(understood).isGreaterThanOrEqualTo(atLeast);
  }

  /** {@code SampleParts} for {@code sample-parts}. */
  private static String nameOf(String script) {
    return Arrays.stream(script.split("-"))
        .map(StringUtils::capitalize)
        .collect(Collectors.joining());
  }

  private static Job job(String name) throws ReflectiveOperationException {
    Class<?> type = Class.forName("ai.narrows.jobs." + name);
    return type.asSubclass(Job.class).getDeclaredConstructor().newInstance();
  }

  /** Splits at spaces outside double quotes. */
  private static String[] words(String options) {
    return WORD.matcher(options)
        .results()
        .map(word -> word.group().replace("\"", ""))
        .toArray(String[]::new);
  }

  private static String table(Predicate<String> wanted) {
    Autoencoder autoencoder = new Autoencoder();
    return String.join("\n", HEADER)
        + "\n"
        + Arrays.stream(autoencoder.params())
            .filter(param -> wanted.test(param.name()))
            .map(param -> row(param, autoencoder, new VariationalAutoencoder()))
            .collect(Collectors.joining("\n"))
        + "\n\n";
  }

  private static String row(Param<?> param, Params first, Params second) {
    String value = show(param, first);
    String other = show(param, second);
    return String.format(
        Locale.ROOT,
        "| `%s` | `%s` | %s | %s |",
        param.name(),
        ParamOptions.optionOf(param.name()),
        value.equals(other) ? value : value + "; vae: " + other,
        param.doc());
  }

  private static String show(Param<?> param, Params owner) {
    Object value = owner.getDefault(owner.getParam(param.name())).get();
    return value instanceof int[] sizes
        ? Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(","))
        : Objects.toString(value);
  }
}
