package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.lang3.StringUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The commands of the README and of other pages are ones that the jobs understand. */
class ReadmeTest {
  private static final Pattern SHELL = Pattern.compile("(?ms)^```bash\\n(.*?)^```$");

  /** A script of a job or its class, and the options behind it. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)^(?:jobs/(?!quickstart|spark-class)([\\w-]+)|\\S*spark-submit .*--class ai\\.narrows\\.jobs\\.(\\w+) \\S+\\.jar)(.*)$");

  /** Where input and output would stand. */
  private static final String LEFT_OUT = "...";

  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");

  /** Every job in a block of shell commands, up to where it would ask for Spark. */
  @ParameterizedTest
  @CsvSource({
    "README.md, 9",
    "docs/deploy.md, 5",
    "docs/first-model.md, 6",
    "docs/input-formats.md, 2",
    "docs/jobs.md, 2",
    "docs/photographs.md, 5",
    "docs/results.md, 8",
    "docs/streaming.md, 1"
  })
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
}
