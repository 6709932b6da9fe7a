package ai.narrows.distributed;

import ai.narrows.json.StrictJson;
import ai.narrows.message.Message;
import ai.narrows.nn.Objective;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.train.Averaging;
import ai.narrows.train.TrainingOptions;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What tells one training from another: all that the parameters after an epoch depend on, by the
 * names of the params and as JSON. Not the number of epochs, unless the step size's schedule has
 * it.
 *
 * @param values of params, and what was found out of the images
 */
record Identity(Map<String, JsonNode> values) {
  static final StrictJson JSON = StrictJson.with(TrainingJson.annotations());
  private static final String WORKERS = "numWorkers";
  private static final String THREADS = "threadsPerWorker";

  Identity {
    values = new LinkedHashMap<>(values);
  }

  /**
   * Of a training.
   *
   * @param averaging with values in the place of defaults
   * @param parameters first values
   */
  static Identity of(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      Averaging averaging,
      float[] parameters) {
    Identity identity = new Identity(Map.of());
    identity.put("network", architecture.toString());
    identity.put("patchSize", shards.cutting().patches().size());
    identity.put("patchStride", shards.cutting().patches().stride());
    shards.features().ifPresent(f -> identity.put("backbone", f.spec().toString()));
    identity.put("activation", architecture.activation());
    identity.put("outputActivation", architecture.outputActivation());
    identity.put("standardization", architecture.standardization().toString());
    Objective objective = options.objective();
    identity.putChoice("loss", objective.loss());
    identity.put("beta", objective.beta());
    identity.put("klWarmupEpochs", objective.klWarmupEpochs());
    identity.put("freeBits", objective.freeBits());
    identity.put("activityPenalty", objective.activityPenalty());
    identity.putChoice("corruption", objective.corruption());
    identity.put("flip", options.augmentation().flip());
    identity.put("shift", options.augmentation().shift());
    identity.putChoice("solver", options.updater());
    identity.put("stepSize", options.stepSize().base());
    identity.put("warmupEpochs", options.stepSize().warmupEpochs());
    identity.put("factor of the learning rate", options.stepSize().factor());
    identity.putChoice("stepSizeSchedule", options.stepSize().schedule());
    identity.put("gradientClipNorm", options.clipping().norm());
    identity.put("patience", options.patience());
    identity.put("batchSize", options.batchSize());
    identity.put("seed", options.seed());
    identity.put("averagingFrequency", averaging.frequency());
    identity.put("outerMomentum", averaging.outerMomentum());
    identity.put("outerStepSize", averaging.outerStepSize());
    identity.put("updaterState", averaging.updaterState());
    identity.put("synchronousEpochs", averaging.synchronousEpochs());
    identity.put(WORKERS, shards.workers());
    identity.put(THREADS, options.threads());
    identity.put("number of training rows", shards.trainingRows());
    identity.put("number of validation rows", shards.validationRows());
    identity.put("hash of the images", shards.fingerprint());
    identity.put("hash of the first parameters", Integer.toHexString(Arrays.hashCode(parameters)));
    return identity;
  }

  private void put(String name, Object value) {
    values.put(name, written(value));
  }

  /** The kind of a thing under this name, and its own values under theirs. */
  private void putChoice(String name, Object value) {
    for (Map.Entry<String, JsonNode> field : written(value).properties()) {
      values.put(field.getKey().equals("type") ? name : field.getKey(), field.getValue());
    }
  }

  /** As it will be read: numbers have no width then. */
  private static JsonNode written(Object value) {
    return JSON.parse(JSON.text(value), "an identity");
  }

  /** Where this training differs from one that has begun; empty if nowhere. */
  List<Message> differences(Identity begun) {
    List<Message> differences = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          JsonNode was = begun.values.get(name);
          if (!value.equals(was)) {
            differences.add(
                Message.of(
                    "%s was %s, but is %s",
                    Message.param(name), was == null ? "none" : shown(was), shown(value)));
          }
        });
    return differences;
  }

  private static String shown(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  /** Its number of workers, where it is known. */
  OptionalInt workers() {
    return count(WORKERS);
  }

  /** Its threads per worker, where they are known. */
  OptionalInt threads() {
    return count(THREADS);
  }

  private OptionalInt count(String name) {
    JsonNode value = values.get(name);
    return value != null && value.isInt() && value.intValue() > 0
        ? OptionalInt.of(value.intValue())
        : OptionalInt.empty();
  }
}
