package ai.narrows.jobs.options;

import ai.narrows.images.pixels.InputRange;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.params.Definition;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.Group;
import ai.narrows.ml.params.InputRangeParams;
import ai.narrows.ml.params.OutputParams;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A trained model's params as options: what it appends to the images and under which names, and
 * what the image column holds, by default what it held in training.
 */
public final class ColumnOptions {
  /** What the image column holds; by default what it held in training. */
  private static final List<String> INPUT = List.of("inputEncoding", "inputMin", "inputMax");

  private static final List<Definition<?, ?>> OUTPUT =
      Definitions.model().stream()
          .filter(definition -> definition.group() == Group.OUTPUT)
          .toList();

  private final List<Definition<?, ?>> wanted;
  private final ParamOptions options;

  /**
   * @param wanted the columns that are made unless the user says otherwise; the others are only
   *     made where the user names them
   * @param offered the columns that there are options for
   */
  private ColumnOptions(List<Definition<?, ?>> wanted, List<Definition<?, ?>> offered) {
    this.wanted = wanted;
    List<String> names =
        Stream.concat(offered.stream().map(Definition::name), INPUT.stream()).toList();
    options = new ParamOptions(Definitions.model(), names::contains, this::defaultOf);
  }

  private String defaultOf(Definition<?, ?> definition) {
    if (INPUT.contains(definition.name())) {
      return "as in training";
    }
    return wanted.contains(definition) ? ParamOptions.defaultOf(definition) : "";
  }

  /** Every output, scores as the default. */
  public static ColumnOptions scores() {
    return new ColumnOptions(
        List.of(
            OutputParams.RECONSTRUCTION_ERROR_COL,
            OutputParams.ANOMALY_SCORE_COL,
            OutputParams.PREDICTION_COL),
        OUTPUT);
  }

  /** The latent alone. */
  public static ColumnOptions latent() {
    return new ColumnOptions(List.of(OutputParams.LATENT_COL), List.of(OutputParams.LATENT_COL));
  }

  /** Adds an option for each column. */
  public void addTo(CommandSpec spec, int order) {
    options.addTo(spec, order);
  }

  /**
   * Checks what needs no model.
   *
   * @throws IllegalArgumentException if a value is none
   */
  public void check() {
    options.check();
    Optional<Double> min = options.given(InputRangeParams.INPUT_MIN);
    options
        .given(InputRangeParams.INPUT_MAX)
        .ifPresent(max -> min.ifPresent(m -> InputRange.of(m, max)));
  }

  /**
   * Checks that images are such as the encoding and the range are for, if they were given.
   *
   * @param model set to what the user says
   * @throws IllegalArgumentException if they are not
   */
  public void check(FittedAutoencoder<?> model, Dataset<Row> images) {
    model.checkImageColumn(images.schema(), options::isGiven);
  }

  /** Whether the user wants a column not to be made, or has not asked for it. */
  public boolean isLeftOut(Definition<?, String> column) {
    return name(column).isEmpty();
  }

  /** Whether regions are found for one of these columns. */
  public boolean outlines() {
    return !isLeftOut(OutputParams.REGIONS_COL) || !isLeftOut(OutputParams.MASK_COL);
  }

  private String name(Definition<?, String> column) {
    return options
        .given(column)
        .orElseGet(() -> wanted.contains(column) ? column.defaultValue().orElse("") : "");
  }

  /** Has the model make these columns and no others, and read what the user says. */
  public void applyTo(FittedAutoencoder<?> model) {
    for (Definition<?, ?> definition : OUTPUT) {
      model.set(
          model.getParam(definition.name()),
          wanted.contains(definition) ? definition.defaultValue().orElseThrow() : "");
    }
    options.applyTo(model);
  }
}
