package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.ml.params.Definition;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The configuration reference is made of the params' definitions, and written when asked to. */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("docs/configuration.md");
  private static final String WRITE = "narrows.writeConfiguration";
  private static final String COMMAND =
      "mvn -Dtest=ConfigurationPageTest -D" + WRITE + "=true test";

  private static final Map<String, List<Definition<?, ?>>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("autoencoder", Definitions.autoencoder());
    KINDS.put("vae", Definitions.variationalAutoencoder());
  }

  @Test
  void thePageIsWhatTheDefinitionsSay() throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE))
        .as("docs/configuration.md is out of date. Write it anew: %s", COMMAND)
        .isEqualTo(page());
  }

  @Test
  void everyParamIsOnThePage() {
    Set<String> names = new TreeSet<>();
    KINDS.values().forEach(list -> list.forEach(definition -> names.add(definition.name())));
    Definitions.model().forEach(definition -> names.add(definition.name()));
    Definitions.evaluator().forEach(definition -> names.add(definition.name()));
    assertThat(names).hasSizeGreaterThan(75);
    names.forEach(name -> assertThat(page()).contains("| `" + name + "` |"));
  }

  private static String page() {
    Set<String> ofTraining = options(new Train());
    ofTraining.addAll(options(new Score()));
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Configuration reference

        All params of estimators, models and the evaluator, with the options of the jobs that stand for them. The same texts are in
        `explainParams()` and in `jobs/train --help`. This page is generated; after a change of a param write it anew:

        ```
        %s
        ```

        A param is set with its setter, `setEpochs(30)`, or with its option, `--epochs 30`; in a file for `--config` the option stands without
        dashes, `epochs=30`. Values are checked before any image is read. *Expert* params seldom need to be changed.

        ## Estimators

        `Autoencoder` and `VariationalAutoencoder` have the same params. Where their defaults differ, that of `VariationalAutoencoder`
        (`--model vae`) comes second. Options are those of `jobs/train`; output columns have options in `jobs/score`.
        """
            .formatted(COMMAND));
    for (Group group : Group.values()) {
      List<Definition<?, ?>> definitions = of(Definitions.autoencoder(), group);
      if (!definitions.isEmpty()) {
        page.append("\n### ").append(group.heading()).append("\n\n");
        page.append(table(definitions, ofTraining, KINDS));
      }
    }
    List<Definition<?, ?>> more = new ArrayList<>(Definitions.model());
    List<Definition<?, ?>> shared = new ArrayList<>(more);
    more.removeAll(Definitions.autoencoder());
    shared.retainAll(Definitions.autoencoder());
    page.append(
        """

        ## Models

        A model has these params of its estimator, with the values that they had in training: %s. It also has:

        """
            .formatted(
                String.join(
                    ", ",
                    shared.stream().map(definition -> "`" + definition.name() + "`").toList())));
    page.append(table(more, options(new Score()), Map.of("model", Definitions.model())));
    page.append(
        """

        ## Evaluator

        `AnomalyEvaluator` measures the output of `transform`, for Spark's `CrossValidator` and `TrainValidationSplit`. Options are those of `jobs/evaluate`.

        """);
    page.append(
        table(
            Definitions.evaluator(),
            options(new Evaluate()),
            Map.of("evaluator", Definitions.evaluator())));
    return page.toString();
  }

  private static Set<String> options(Job job) {
    CommandSpec spec = new CommandLine(job).getCommandSpec();
    job.addOptions(spec);
    return new TreeSet<>(spec.optionsMap().keySet());
  }

  private static List<Definition<?, ?>> of(List<Definition<?, ?>> definitions, Group group) {
    return definitions.stream().filter(definition -> definition.group() == group).toList();
  }

  private static String table(
      List<Definition<?, ?>> definitions,
      Set<String> options,
      Map<String, List<Definition<?, ?>>> kinds) {
    StringBuilder table = new StringBuilder();
    table.append("| param | option | type | values | default | description |\n");
    table.append("|---|---|---|---|---|---|\n");
    for (Definition<?, ?> definition : definitions) {
      String option = ParamOptions.optionOf(definition.name());
      String values =
          definition.allowedValues().isEmpty()
              ? definition.range()
              : String.join(", ", definition.allowedValues());
      table.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %s | %s | %s | %s%s |%n",
              definition.name(),
              options.contains(option) ? "`" + option + "`" : "",
              definition.type().label(),
              values.isEmpty() ? "" : "`" + values + "`",
              ParamOptions.defaults(kinds, definition.name()),
              definition.expert() ? "*Expert.* " : "",
              definition.doc()));
    }
    return table.toString();
  }
}
