package ai.narrows.distributed;

import ai.narrows.json.StrictJson;
import ai.narrows.nn.Corruption;
import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.layers.Topology;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/**
 * How networks and trainings look in JSON: records as they are, choices by the names that users
 * write, and of several kinds of a thing the kind as {@code type}.
 */
public final class TrainingJson {
  private static final String TYPE = "type";

  private TrainingJson() {}

  /** For {@link StrictJson#with}. */
  public static Map<Class<?>, Class<?>> annotations() {
    return Map.of(
        Labelled.class, LabelledText.class,
        Topology.class, Topologies.class,
        Loss.class, Losses.class,
        Corruption.class, Corruptions.class,
        Corruption.Masking.class, Masking.class,
        Corruption.GaussianNoise.class, GaussianNoise.class,
        Corruption.Stain.class, Stain.class,
        Updater.class, Updaters.class,
        StepSize.Schedule.class, Schedules.class);
  }

  private interface LabelledText {
    @JsonValue
    String label();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Topology.Dense.class, name = "dense"),
    @JsonSubTypes.Type(value = Topology.Convolutional.class, name = "convolutional")
  })
  private interface Topologies {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Loss.MeanSquaredError.class, name = "mse"),
    @JsonSubTypes.Type(value = Loss.StructuralDissimilarity.class, name = "ssim"),
    @JsonSubTypes.Type(value = Loss.BinaryCrossEntropy.class, name = "bce"),
    @JsonSubTypes.Type(value = Loss.GaussianLikelihood.class, name = "gaussian"),
    @JsonSubTypes.Type(value = Loss.LearnedGaussianLikelihood.class, name = "learnedGaussian")
  })
  private interface Losses {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Corruption.None.class, name = "none"),
    @JsonSubTypes.Type(value = Corruption.Masking.class, name = "masking"),
    @JsonSubTypes.Type(value = Corruption.GaussianNoise.class, name = "gaussian"),
    @JsonSubTypes.Type(value = Corruption.Stain.class, name = "stain")
  })
  private interface Corruptions {}

  private interface Masking {
    @JsonProperty("corruptionLevel")
    double fraction();
  }

  private interface GaussianNoise {
    @JsonProperty("corruptionLevel")
    double sigma();
  }

  private interface Stain {
    @JsonProperty("corruptionLevel")
    double extent();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Updater.Sgd.class, name = "sgd"),
    @JsonSubTypes.Type(value = Updater.Momentum.class, name = "momentum"),
    @JsonSubTypes.Type(value = Updater.Adam.class, name = "adam")
  })
  private interface Updaters {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = StepSize.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = StepSize.Step.class, name = "step"),
    @JsonSubTypes.Type(value = StepSize.Cosine.class, name = "cosine")
  })
  private interface Schedules {}
}
