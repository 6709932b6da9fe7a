package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.options.ConfigFile;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.ParamOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Options that act only beside others: each job has a table of them. */
final class NeedTest {
  private static final List<String> OF_ALL =
      List.of("--config", "--verbose", "--help", "-h", "--output", "--overwrite");
  private static final List<String> OF_INPUT =
      List.of(
          "--input",
          "--input-format",
          "--input-option",
          "--where",
          "--image-col",
          "--id-col",
          "--label-col",
          "--mode");
  private static final List<String> OF_TABLES = List.of("--output-format", "--output-option");
  private static final List<String> COLUMNS =
      List.of(
          "--reconstruction-error-col",
          "--anomaly-score-col",
          "--prediction-col",
          "--latent-col",
          "--latent-variance-col",
          "--reconstruction-col",
          "--error-map-col",
          "--regions-col",
          "--mask-col");

  private static final Map<Supplier<Job>, List<String>> JOBS =
      Map.of(
          Train::new, List.of("--input", "x", "--output", "y"),
          Score::new, List.of("--model-dir", "m", "--input", "x", "--output", "y"),
          Embed::new, List.of("--model-dir", "m", "--input", "x", "--output", "y"),
          Evaluate::new, List.of("--scores", "x", "--anomalous", "label <> 1"),
          Export::new, List.of("--model-dir", "m", "--output", "y"),
          Generate::new, List.of("--model-dir", "m", "--output", "y"),
          Pack::new, List.of("--input", "x", "--output", "y"),
          Report::new, List.of("--model-dir", "m", "--output", "y"),
          SampleParts::new, List.of("--output", "y"),
          Threshold::new, List.of("--model-dir", "m", "--threshold", "1", "--output", "y"));

  /** Options that always act, by jobs; those that are params are EffectsTest's. */
  private static final Map<Class<?>, List<String>> ALWAYS =
      Map.of(
          Train.class,
              all(
                  OF_INPUT,
                  List.of("--model", "--report", "--threshold-input", "--threshold-normal"),
                  List.of("--mlflow-tracking-uri")),
          Score.class,
              all(
                  OF_INPUT,
                  OF_TABLES,
                  COLUMNS,
                  List.of("--model-dir", "--error-maps", "--stream", "--patch-quantile"),
                  List.of("--regions", "--masks", "--coco")),
          Embed.class,
              all(
                  OF_INPUT,
                  OF_TABLES,
                  List.of("--model-dir", "--with-variance", "--latent-col"),
                  List.of("--input-encoding", "--input-min", "--input-max")),
          Evaluate.class,
              List.of(
                  "--scores",
                  "--scores-format",
                  "--anomalous",
                  "--class-col",
                  "--masks",
                  "--bootstrap",
                  "--anomaly-score-col",
                  "--prediction-col"),
          Export.class,
              List.of(
                  "--model-dir",
                  "--part",
                  "--image-size",
                  "--image-channels",
                  "--channel-order",
                  "--float-input",
                  "--with-reconstruction",
                  "--with-error-map",
                  "--with-latent-variance"),
          Generate.class, List.of("--model-dir", "--interpolate", "--latents"),
          Pack.class,
              List.of(
                  "--input",
                  "--input-option",
                  "--mode",
                  "--labels",
                  "--height",
                  "--width",
                  "--channels",
                  "--file-size",
                  "--compression"),
          Report.class, List.of("--model-dir", "--input", "--scores"),
          SampleParts.class,
              List.of("--part", "--size", "--channels", "--train", "--test", "--seed"),
          Threshold.class,
              List.of(
                  "--model-dir", "--threshold", "--false-positive-rate", "--max-f1", "--in-place"));

  @SafeVarargs
  private static List<String> all(List<String>... lists) {
    List<String> all = new ArrayList<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  static Stream<Supplier<Job>> jobs() {
    return JOBS.keySet().stream();
  }

  private static CommandSpec spec(Job job) {
    CommandSpec spec = new CommandLine(job).getCommandSpec();
    job.addOptions(spec);
    return spec;
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void everyOptionHasItsPlace(Supplier<Job> jobs) {
    Job job = jobs.get();
    CommandSpec spec = spec(job);
    Set<String> placed = new TreeSet<>(ALWAYS.get(job.getClass()));
    placed.addAll(OF_ALL);
    job.needs().forEach(need -> placed.add(need.option()));
    if (job instanceof Train) {
      Arrays.stream(new ai.narrows.ml.Autoencoder().params())
          .map(param -> ParamOptions.optionOf(param.name()))
          .forEach(placed::add);
    }
    assertThat(placed).containsAll(spec.optionsMap().keySet());
    assertThat(spec.optionsMap().keySet())
        .containsAll(job.needs().stream().map(Need::option).toList());
  }

  /** Each of the options that do not act as the job stands with no more than it must have. */
  @ParameterizedTest
  @MethodSource("jobs")
  void whatDoesNotActIsRefused(Supplier<Job> jobs) {
    List<String> least = JOBS.get(jobs);
    Job parsed = jobs.get();
    CommandSpec spec = spec(parsed);
    new CommandLine(spec)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(least.toArray(String[]::new));
    for (Need need : parsed.needs()) {
      if (!need.met()) {
        assertRefused(jobs, spec, least, need);
      }
    }
  }

  private static void assertRefused(
      Supplier<Job> jobs, CommandSpec spec, List<String> others, Need need) {
    List<String> args = new ArrayList<>(others);
    boolean flag = spec.findOption(need.option()).arity().max() == 0;
    args.add(flag ? need.option() : need.option() + "=" + value(need.option()));
    Ran ran = Ran.of(() -> jobs.get().execute(args.toArray(String[]::new)));
    assertThat(ran.err())
        .isEqualTo(spec.name() + ": " + need.option() + " has no effect " + need.reason() + "\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  private static String value(String option) {
    return switch (option) {
      case "--input-option" -> "a=b";
      case "--mode" -> "permissive";
      case "--threshold", "--steps", "--count", "--seed", "--top" -> "3";
      case "--max-files-per-trigger", "--bootstrap", "--score-samples" -> "5";
      case "--anomalous-fraction" -> "0.5";
      case "--defects" -> "blob";
      case "--contamination" -> "0.1";
      default -> "x";
    };
  }

  @Test
  void whatOthersSwitchOff() {
    assertRefused(new Score(), List.of("--prediction-col=", "--threshold=1"), "--threshold");
    assertRefused(
        new Score(),
        List.of("--prediction-col=", "--anomaly-score-col=", "--score-method=combined"),
        "--score-method");
    assertRefused(
        new Score(),
        List.of("--stream", "--checkpoint=c", "--input-encoding=raw"),
        "--input-encoding");
    assertRefused(
        new Train(),
        List.of("--threshold-input=t", "--threshold-anomalous=true", "--contamination=0.1"),
        "--contamination");
    assertRefused(new Evaluate(), List.of("--bootstrap=0", "--seed=2"), "--seed");
    assertRefused(new SampleParts(), List.of("--test=0", "--defects=blob"), "--defects");
    assertRefused(
        new SampleParts(), List.of("--test=0", "--anomalous-fraction=0.1"), "--anomalous-fraction");
    assertRefused(
        new SampleParts(), List.of("--anomalous-fraction=0", "--defects=blob"), "--defects");
    assertRefused(new Generate(), List.of("--latents=l", "--count=3"), "--count");
    assertRefused(new Generate(), List.of("--latents=l", "--where=true"), "--where");
  }

  private static void assertRefused(Job job, List<String> more, String option) {
    List<String> args = new ArrayList<>(least(job));
    args.addAll(more);
    Ran ran = Ran.of(() -> job.execute(args.toArray(String[]::new)));
    assertThat(ran.err()).contains(": " + option + " has no effect with");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  private static List<String> least(Job job) {
    return JOBS.entrySet().stream()
        .filter(entry -> entry.getKey().get().getClass() == job.getClass())
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  @Test
  void paramsOfTrainingAreToldAsOptions() {
    List<String> args = List.of("--input", "x", "--output", "y", "--patience", "2");
    Ran ran = Ran.of(() -> new Train().execute(args.toArray(String[]::new)));
    assertThat(ran.err())
        .isEqualTo(
            "jobs/train: --patience 2 has no effect without --validation-fraction above 0: set that, or leave"
                + " --patience out\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  /** No file in conf/ sets what does not act: the input is the first thing that is wrong. */
  @Test
  void configurationsAreFreeOfIt() throws IOException {
    try (var files = Files.list(Path.of("conf"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".properties")).toList()) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
          properties.load(in);
        }
        if (properties.containsKey("model")) {
          Train train = new Train();
          CommandLine command = new CommandLine(train);
          train.addOptions(command.getCommandSpec());
          command.parseArgs(
              ConfigFile.expand(
                  command.getCommandSpec(), "--config=" + file, "--input=x", "--output=y"));
          train.check();
        }
      }
    }
  }
}
