package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.jobs.console.Failure;
import ai.narrows.ml.VariationalAutoencoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Advice that can be followed: whatever option a job names, in messages and help, it has. */
final class OptionsInMessagesTest {
  private static final Pattern OPTION =
      Pattern.compile("(?<![\\w-])--([a-z][a-z0-9-]*[a-z0-9])(?![a-z0-9-])");
  private static final String PACKAGE = "ai/narrows/jobs/";
  private static final List<Job> JOBS =
      List.of(
          new Train(),
          new Score(),
          new Embed(),
          new Evaluate(),
          new Export(),
          new Generate(),
          new Pack(),
          new Report(),
          new SampleParts(),
          new Threshold());

  private static final Map<Job, CommandSpec> SPECS =
      JOBS.stream().collect(Collectors.toMap(job -> job, OptionsInMessagesTest::newSpec));

  private static CommandSpec newSpec(Job job) {
    CommandSpec spec = new CommandLine(job).getCommandSpec();
    job.addOptions(spec);
    return spec;
  }

  private static String className(Job job) {
    return PACKAGE + job.getClass().getSimpleName();
  }

  /** Names of the options of the job, and of those jobs that a text speaks of. */
  private static Set<String> options(Job job, String text) {
    Set<String> names = new HashSet<>();
    for (Job other : JOBS) {
      CommandSpec spec = SPECS.get(other);
      if (other == job || text.contains(spec.name())) {
        names.addAll(spec.optionsMap().keySet());
      }
    }
    return names;
  }

  /** Names of options among the texts of annotations. */
  private static List<String> ownOptions(List<String> texts) {
    return texts.stream().filter(text -> text.matches("--[a-z0-9-]+")).toList();
  }

  @Test
  void aJobNamesOnlyItsOwnOptions() throws IOException {
    ClassStrings classes = new ClassStrings(PACKAGE);
    List<String> wrong = new ArrayList<>();
    int named = 0;
    for (Job job : JOBS) {
      Set<String> others =
          new HashSet<>(JOBS.stream().map(OptionsInMessagesTest::className).toList());
      others.remove(className(job));
      Map<ClassStrings.Place, List<String>> said = classes.saidBy(className(job), others);
      for (Map.Entry<ClassStrings.Place, List<String>> place : said.entrySet()) {
        boolean help = place.getKey().name().isEmpty();
        boolean foreign =
            help && !SPECS.get(job).optionsMap().keySet().containsAll(ownOptions(place.getValue()));
        boolean reports = job instanceof Train && place.getKey().owner().endsWith("ScoresOptions");
        boolean train = // the report says how to train the model again
            place.getKey().owner().endsWith("Reporting")
                && place.getKey().name().equals("commands");
        if (foreign || reports || train || place.getKey().owner().endsWith("SparkOptions")) {
          continue; // no options of this job: its report goes without
        }
        for (String text : place.getValue()) {
          Matcher option = OPTION.matcher(text);
          while (option.find()) {
            named++;
            if (!text.contains("before a lone --") // it is spark-submit's
                && !options(job, text).contains(option.group())) {
              wrong.add(
                  SPECS.get(job).name()
                      + " has no "
                      + option.group()
                      + ": "
                      + text
                      + " "
                      + place.getKey());
            }
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(named).isGreaterThan(200);
  }

  private static String told(Job job, ThrowingCallable refused) {
    return Failure.of(catchThrowable(refused), param -> Job.optionOf(SPECS.get(job), param))
        .sentence();
  }

  @Test
  void adviceIsForTheJobThatGivesIt() {
    ThrowingCallable tooSmall = () -> new Patches(8, 4).grid(new ImageShape(4, 9, 1));
    for (Job job : JOBS) {
      assertThat(told(job, tooSmall))
          .isEqualTo(
              "is 4x9x1, but a patch takes 8x8 pixels; "
                  + (job instanceof Train
                      ? "set a smaller --patch, or --height and --width to resize"
                      : "resize the image, or train a model with smaller patches"));
    }
    StructType vectors =
        new StructType().add("image", DataTypes.createArrayType(DataTypes.FloatType));
    ThrowingCallable noShape =
        () ->
            PixelColumn.of(vectors, "image", Preprocessing.NONE, InputEncoding.ENCODED)
                .cut(new Patches(8, 4));
    assertThat(told(JOBS.get(0), noShape)).endsWith(": set --height and --width");
    assertThat(told(JOBS.get(1), noShape))
        .endsWith(": give images, or train a model with height and width");
  }

  @Test
  void packagesBelowJobsNameParamsAndNoOptions() throws IOException {
    String params =
        Arrays.stream(new VariationalAutoencoder().params())
            .map(Param::name)
            .filter(name -> name.matches(".*[A-Z].*"))
            .collect(Collectors.joining("|"));
    Pattern param = Pattern.compile(".*\\b(" + params + ")\\b.*");
    for (String folder : List.of("images", "distributed", "ml", "nn", "optim", "train", "report")) {
      Map<String, List<String>> texts = new ClassStrings("ai/narrows/" + folder).byClass();
      assertThat(texts).isNotEmpty();
      texts.forEach(
          (owner, said) -> {
            assertThat(said).as(owner).noneMatch(text -> OPTION.matcher(text).find());
            if (!owner.matches(".*/ml/params/\\w+Params")) { // where params are defined
              assertThat(said.stream().filter(text -> text.contains(" ")))
                  .as("params in messages of %s, which are to be Message.param", owner)
                  .noneMatch(text -> param.matcher(text).matches());
            }
          });
    }
  }
}
