package ai.narrows.ml.params;

import ai.narrows.images.features.BackboneSpec;
import ai.narrows.images.features.Backbones;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.images.source.PathName;
import ai.narrows.message.ParamException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of backbones: frozen feature extractors, in whose features images are compared.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface BackboneParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> BACKBONE =
      Definition.text("backbone", "")
          .in(
              Group.BACKBONE,
              "frozen feature extractor whose features take the place of pixels: path of an ONNX file, or filters (built in)")
          .note("empty = pixels");

  /**
   * Frozen feature extractor.
   *
   * <p>The network, its scores and its error maps work on a grid of features then, standardized by
   * channel and rounded to bytes. The model keeps the file.
   *
   * @group param
   */
  default Param<String> backbone() {
    return paramSet().of(BACKBONE);
  }

  /**
   * Value of {@link #backbone}.
   *
   * @group getParam
   */
  default String getBackbone() {
    return paramSet().value(BACKBONE);
  }

  /**
   * Sets {@link #backbone}.
   *
   * @group setParam
   */
  default E setBackbone(String value) {
    return paramSet().set(BACKBONE, value);
  }

  Definition<Param<String>, String> BACKBONE_OUTPUTS =
      Definition.text("backboneOutputs", "")
          .in(Group.BACKBONE, "comma-separated names of the ONNX outputs whose features are used")
          .note("empty = all that are grids");

  /**
   * Outputs whose features are used.
   *
   * <p>Each is brought to the same grid, and their channels follow each other.
   *
   * @group param
   */
  default Param<String> backboneOutputs() {
    return paramSet().of(BACKBONE_OUTPUTS);
  }

  /**
   * Value of {@link #backboneOutputs}.
   *
   * @group getParam
   */
  default String getBackboneOutputs() {
    return paramSet().value(BACKBONE_OUTPUTS);
  }

  /**
   * Sets {@link #backboneOutputs}.
   *
   * @group setParam
   */
  default E setBackboneOutputs(String value) {
    return paramSet().set(BACKBONE_OUTPUTS, value);
  }

  Definition<IntParam, Integer> BACKBONE_SIZE =
      Definition.integer("backboneSize", ">= 0", 0)
          .in(Group.BACKBONE, "side in pixels of the square images that the backbone is given")
          .note("0 = as the ONNX file has it, 224 for filters");

  /**
   * Side of the images that the backbone is given.
   *
   * @group param
   */
  default IntParam backboneSize() {
    return paramSet().of(BACKBONE_SIZE);
  }

  /**
   * Value of {@link #backboneSize}.
   *
   * @group getParam
   */
  default int getBackboneSize() {
    return paramSet().value(BACKBONE_SIZE);
  }

  /**
   * Sets {@link #backboneSize}.
   *
   * @group setParam
   */
  default E setBackboneSize(int value) {
    return paramSet().set(BACKBONE_SIZE, value);
  }

  Definition<IntParam, Integer> BACKBONE_GRID =
      Definition.integer("backboneGrid", ">= 0", 0)
          .in(Group.BACKBONE, "side of the grid of features, in positions")
          .note("0 = an eighth of backboneSize")
          .rarely();

  /**
   * Side of the grid of features.
   *
   * @group expertParam
   */
  default IntParam backboneGrid() {
    return paramSet().of(BACKBONE_GRID);
  }

  /**
   * Value of {@link #backboneGrid}.
   *
   * @group expertGetParam
   */
  default int getBackboneGrid() {
    return paramSet().value(BACKBONE_GRID);
  }

  /**
   * Sets {@link #backboneGrid}.
   *
   * @group expertSetParam
   */
  default E setBackboneGrid(int value) {
    return paramSet().set(BACKBONE_GRID, value);
  }

  Definition<Param<String>, String> BACKBONE_MEAN =
      Definition.text("backboneMean", "0.485,0.456,0.406")
          .in(
              Group.BACKBONE,
              "means of red, green and blue in [0, 1], subtracted from images before an ONNX backbone")
          .rarely();

  /**
   * Means subtracted from images before an ONNX backbone.
   *
   * @group expertParam
   */
  default Param<String> backboneMean() {
    return paramSet().of(BACKBONE_MEAN);
  }

  /**
   * Value of {@link #backboneMean}.
   *
   * @group expertGetParam
   */
  default String getBackboneMean() {
    return paramSet().value(BACKBONE_MEAN);
  }

  /**
   * Sets {@link #backboneMean}.
   *
   * @group expertSetParam
   */
  default E setBackboneMean(String value) {
    return paramSet().set(BACKBONE_MEAN, value);
  }

  Definition<Param<String>, String> BACKBONE_STD =
      Definition.text("backboneStd", "0.229,0.224,0.225")
          .in(
              Group.BACKBONE,
              "standard deviations of red, green and blue by which images are divided before an ONNX backbone")
          .rarely();

  /**
   * Standard deviations by which images are divided before an ONNX backbone.
   *
   * @group expertParam
   */
  default Param<String> backboneStd() {
    return paramSet().of(BACKBONE_STD);
  }

  /**
   * Value of {@link #backboneStd}.
   *
   * @group expertGetParam
   */
  default String getBackboneStd() {
    return paramSet().value(BACKBONE_STD);
  }

  /**
   * Sets {@link #backboneStd}.
   *
   * @group expertSetParam
   */
  default E setBackboneStd(String value) {
    return paramSet().set(BACKBONE_STD, value);
  }

  /**
   * The backbone, loaded and tried.
   *
   * @param hadoop where the file is found by
   * @throws ai.narrows.images.InputException if the file cannot be used
   * @throws ParamException if a param is no list of numbers
   */
  default LoadedBackbone loadBackbone(Configuration hadoop) {
    String file = getBackbone();
    if (file.isEmpty()) {
      return LoadedBackbone.NONE;
    }
    Backbones.Asked asked =
        new Backbones.Asked(
            names(getBackboneOutputs()),
            getBackboneSize(),
            getBackboneGrid(),
            numbers(BACKBONE_MEAN.name(), getBackboneMean(), false),
            numbers(BACKBONE_STD.name(), getBackboneStd(), true));
    if (file.equals(BackboneSpec.FILTERS)) {
      return new LoadedBackbone(Backbones.filters(asked), new byte[0]);
    }
    byte[] bytes = Backbones.read(file, hadoop);
    String name = PathName.withoutCredentials(file);
    return new LoadedBackbone(Backbones.describe(name, bytes, asked), bytes);
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private static List<Double> numbers(String param, String list, boolean positive) {
    List<Double> numbers = new ArrayList<>();
    for (String text : names(list)) {
      try {
        numbers.add(Double.valueOf(text));
      } catch (NumberFormatException e) {
        numbers.clear();
        break;
      }
    }
    boolean sound =
        numbers.size() == 3
            && numbers.stream().allMatch(n -> Double.isFinite(n) && (n > 0 || !positive));
    if (!sound) {
      throw new ParamException(
          param,
          "must be three %snumbers separated by commas: of red, green and blue"
              .formatted(positive ? "positive " : ""),
          list);
    }
    return numbers;
  }
}
