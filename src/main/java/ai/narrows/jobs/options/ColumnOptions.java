package ai.narrows.jobs.options;

import ai.narrows.images.InputEncoding;
import ai.narrows.images.InputException;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModelBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A trained model's params as options: what it appends to the images and under which names, and
 * what a binary image column holds, by default what it held in training.
 */
public final class ColumnOptions {
  private static final String ENCODING = "inputEncoding";

  /** What the image column holds; by default what it held in training. */
  private static final List<String> INPUT = List.of(ENCODING, "inputMin", "inputMax");

  private static final List<String> ALL =
      List.of(
          "reconstructionErrorCol",
          "anomalyScoreCol",
          "predictionCol",
          "latentCol",
          "latentVarianceCol",
          "reconstructionCol",
          "errorMapCol");

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
    names.setInputEncoding(""); // the model's own, so that none is shown as the default
    names.setInputMin(Double.NaN).setInputMax(Double.NaN);
    options =
        new ParamOptions(
            Map.of("autoencoder", names), name -> offered.contains(name) || INPUT.contains(name));
  }

  /** Every output, scores as the default. */
  public static ColumnOptions scores() {
    return new ColumnOptions(
        List.of("reconstructionErrorCol", "anomalyScoreCol", "predictionCol"), ALL);
  }

  /** The latent alone. */
  public static ColumnOptions latent() {
    return new ColumnOptions(List.of("latentCol"), List.of("latentCol"));
  }

  /** Adds an option for each column. */
  public void addTo(CommandSpec spec, int order) {
    options.addTo(spec, order);
  }

  /**
   * Checks what needs no model.
   *
   * @throws InputException if there is no such encoding, or the range is none
   */
  public void check() {
    Autoencoder chosen = chosen();
    if (options.isGiven(ENCODING)) {
      InputEncoding.of(chosen.getInputEncoding());
    }
    if (options.isGiven("inputMin") && options.isGiven("inputMax")) {
      chosen.inputRange();
    }
  }

  /**
   * Checks that images are such as the encoding and the range are for.
   *
   * @throws InputException if they are not, and one was given
   */
  public void check(Dataset<Row> images) {
    DataType type = images.schema().apply(InputOptions.IMAGE).dataType();
    if (options.isGiven(ENCODING) && !PixelColumn.holdsBytes(type)) {
      throw new InputException(
          "--input-encoding has no effect without a binary column of images: theirs is of type "
              + type.typeName());
    }
    for (String end : List.of("inputMin", "inputMax")) {
      if (options.isGiven(end) && !PixelColumn.holdsNumbers(type)) {
        throw new InputException(
            ParamOptions.optionOf(end)
                + " has no effect without a column of vectors or arrays: theirs is of type "
                + type.typeName());
      }
    }
  }

  private Autoencoder chosen() {
    Autoencoder chosen = names.copy(names.extractParamMap());
    options.applyTo(chosen, "autoencoder");
    return chosen;
  }

  /** An error about the columns, in the words of the options. */
  public static InputException inOptions(InputException e) {
    String message = e.getMessage();
    for (String column : ALL) {
      message =
          message.replace(
              " set " + column + " to ", " set " + ParamOptions.optionOf(column) + " to ");
    }
    return message.equals(e.getMessage()) ? e : new InputException(message, e);
  }

  /** Whether the user wants a column not to be made, or has not asked for it. */
  public boolean isLeftOut(String column) {
    return chosen().getOrDefault(chosen().getParam(column)).equals("");
  }

  /** Has the model make these columns and no others, and read what the user says. */
  public void applyTo(AutoencoderModelBase<?> model) {
    Autoencoder chosen = chosen();
    List<String> set = new ArrayList<>(ALL);
    INPUT.stream().filter(options::isGiven).forEach(set::add);
    for (String name : set) {
      Param<Object> param = model.getParam(name);
      model.set(param, chosen.getOrDefault(chosen.getParam(name)));
    }
  }
}
