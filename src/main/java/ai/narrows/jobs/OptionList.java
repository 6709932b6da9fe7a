package ai.narrows.jobs;

import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.ml.params.Definition;
import ai.narrows.ml.params.Group;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options in a job's help: first those that are its own, then those that are params, by subject
 * and rarely changed ones last.
 */
final class OptionList implements IHelpSectionRenderer {

  @Override
  public String render(Help help) {
    List<OptionSpec> all =
        help.commandSpec().options().stream()
            .filter(option -> !option.hidden())
            .sorted(Comparator.comparingInt(OptionSpec::order))
            .toList();
    StringBuilder text = new StringBuilder();
    text.append(
        section(help, all, all.stream().filter(o -> ParamOptions.groupOf(o).isEmpty()).toList()));
    for (Group group : Group.values()) {
      List<OptionSpec> options =
          all.stream()
              .filter(option -> ParamOptions.groupOf(option).filter(group::equals).isPresent())
              .sorted(Comparator.comparing(OptionList::isRare))
              .toList();
      if (!options.isEmpty()) {
        text.append(System.lineSeparator()).append(group.heading()).append(':');
        text.append(System.lineSeparator()).append(section(help, all, options));
      }
    }
    return text.toString();
  }

  private static boolean isRare(OptionSpec option) {
    return ParamOptions.definitionOf(option).filter(Definition::expert).isPresent();
  }

  /**
   * Some of the options as a table.
   *
   * @param all which decide how wide the columns are
   */
  private static String section(Help help, List<OptionSpec> all, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout(all, List.of(), help.colorScheme());
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }
}
