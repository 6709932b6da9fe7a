package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.options.SparkOptions;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of spark-submit among those of a job. */
final class SparkOptionsTest {

  @Test
  void allOfSpark() throws ReflectiveOperationException {
    Class<?> parser = Class.forName("org.apache.spark.launcher.SparkSubmitOptionParser");
    Constructor<?> constructor = parser.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object sparks = constructor.newInstance();

    assertThat(SparkOptions.WITH_VALUE).isEqualTo(names(sparks, "opts"));
    Set<String> switches = names(sparks, "switches");
    switches.removeAll(Set.of("--help", "--verbose")); // which jobs have as well
    assertThat(SparkOptions.SWITCHES).isEqualTo(switches);
  }

  private static Set<String> names(Object parser, String field)
      throws ReflectiveOperationException {
    Field names = parser.getClass().getDeclaredField(field);
    names.setAccessible(true);
    Set<String> found = new TreeSet<>();
    for (String[] same : (String[][]) names.get(parser)) {
      for (String name : same) {
        if (name.startsWith("--")) {
          found.add(name);
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "--executor-memory 2g --input x,--executor-memory,--executor-memory 2g -- --input ...",
    "--input x --master=yarn --output y,--master,--master=yarn -- --input ...",
    "--conf spark.a=b --packages g:a:v,--conf,--conf spark.a=b --packages g:a:v -- ...",
    "--input x --supervise,--supervise,--supervise -- --input ...",
    "--num-executors 2 --help,--num-executors,--num-executors 2 -- --help ..."
  })
  void goBeforeALoneDash(String args, String option, String command) {
    Ran ran = Ran.of(() -> Train.run(args.split(" ")));

    assertThat(ran.err())
        .isEqualTo(
            "jobs/train: "
                + option
                + " is an option of spark-submit, which goes before a lone --: jobs/train "
                + command
                + "\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }
}
