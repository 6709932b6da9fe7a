package io.narrows.jobs;

import io.narrows.ml.Autoencoder;
import io.narrows.ml.AutoencoderModelBase;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import picocli.CommandLine.Model.CommandSpec;

/** What a model appends to the images and under which names: its output columns as options. */
final class ColumnOptions {
  private static final List<String> ALL =
      List.of(
          "reconstructionErrorCol",
          "anomalyScoreCol",
          "predictionCol",
          "latentCol",
          "latentVarianceCol",
          "reconstructionCol");

  private final Autoencoder names = new Autoencoder();
  private final ParamOptions options;

  /**
   * @param wanted the columns that are made unless the user says otherwise; the others are only
   *     made where the user names them
   * @param offered the columns that there are options for
   */
  ColumnOptions(List<String> wanted, List<String> offered) {
    for (String column : ALL) {
      if (!wanted.contains(column)) {
        names.set(column, "");
      }
    }
    options = new ParamOptions(Map.of("autoencoder", names), offered::contains);
  }

  /** Every output, scores as the default. */
  static ColumnOptions scores() {
    return new ColumnOptions(
        List.of("reconstructionErrorCol", "anomalyScoreCol", "predictionCol"), ALL);
  }

  /** The latent alone. */
  static ColumnOptions latent() {
    return new ColumnOptions(List.of("latentCol"), List.of("latentCol"));
  }

  void addTo(CommandSpec spec, int order) {
    options.addTo(spec, order);
  }

  /** Has the model make these columns and no others. */
  void applyTo(AutoencoderModelBase<?> model) {
    Autoencoder chosen = names.copy(names.extractParamMap());
    options.applyTo(chosen, "autoencoder");
    for (String column : ALL) {
      Param<Object> param = model.getParam(column);
      model.set(param, chosen.getOrDefault(chosen.getParam(column)));
    }
  }
}
