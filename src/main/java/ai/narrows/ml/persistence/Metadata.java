package ai.narrows.ml.persistence;

import ai.narrows.distributed.TrainingJson;
import ai.narrows.images.features.BackboneSpec;
import ai.narrows.images.source.PassedOver;
import ai.narrows.json.StrictJson;
import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.nn.Loss;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ErrorSmoothing;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The metadata of a saved model, one line of JSON. It has what Spark ML's own has, so that
 * pipelines can hold it, and under {@code narrows} everything else.
 *
 * @param className of the model; compared, never loaded
 * @param timestamp when it was saved, in milliseconds since 1970
 * @param sparkVersion of the Spark that saved it
 * @param uid name of the model in a pipeline
 * @param paramMap params that are set
 * @param defaultParamMap all others, for people: reading gives them the defaults anew
 */
record Metadata(
    @JsonProperty("class") String className,
    long timestamp,
    String sparkVersion,
    String uid,
    Map<String, JsonNode> paramMap,
    Map<String, JsonNode> defaultParamMap,
    Narrows narrows) {

  /** The only version of the format that there is. */
  static final int VERSION = 1;

  /** What stands in the place of the checksum while it is computed. */
  static final String UNSIGNED = "0".repeat(64);

  static final StrictJson JSON = StrictJson.with(annotations());

  /**
   * What Spark ML does not know of.
   *
   * @param sha256 over this line, with 64 zeros in the place of the checksum itself, and the file
   *     of weights; hexadecimal
   */
  record Narrows(int formatVersion, Meaning model, TrainingSummary training, String sha256) {
    Narrows {
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("sha256 must have 64 hexadecimal digits");
      }
    }
  }

  /** All that decides what the weights mean. */
  record Meaning(
      Architecture architecture,
      InputSpec input,
      BackboneSpec backbone,
      Loss loss,
      long seed,
      ErrorSmoothing errorSmoothing,
      Threshold threshold) {
    Meaning {
      long smoothed = (long) errorSmoothing.height() * errorSmoothing.width();
      if (smoothed * errorSmoothing.channels() != architecture.inputs()) {
        throw new IllegalArgumentException(
            errorSmoothing + " does not fit a network of " + architecture.inputs() + " inputs");
      }
    }
  }

  private static Map<Class<?>, Class<?>> annotations() {
    Map<Class<?>, Class<?>> annotations = new HashMap<>(TrainingJson.annotations());
    annotations.put(TrainingSummary.class, Summary.class);
    annotations.put(PassedOver.class, Kinds.class);
    return annotations;
  }

  interface Summary {
    @JsonSerialize(contentUsing = AsItIs.class)
    @JsonDeserialize(contentUsing = ToText.class)
    @JsonFormat(with = JsonFormat.Feature.WRITE_SORTED_MAP_ENTRIES)
    Map<String, String> params();
  }

  interface Kinds {
    @JsonFormat(with = JsonFormat.Feature.WRITE_SORTED_MAP_ENTRIES)
    Map<String, Long> kinds();
  }

  /** Writes a text that is JSON already. */
  private static final class AsItIs extends JsonSerializer<String> {
    @Override
    public void serialize(String json, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeRawValue(json);
    }
  }

  /** Reads anything as the text that it is. */
  private static final class ToText extends JsonDeserializer<String> {
    @Override
    public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return context.readTree(in).toString();
    }
  }

  /** Puts one checksum in the place of another in a line. */
  static String signed(String line, String old, String checksum) {
    return line.replace(sha256(old), sha256(checksum));
  }

  /** As no text within JSON can look, where quotes are escaped. */
  private static String sha256(String checksum) {
    return "\"sha256\":\"" + checksum + "\"";
  }
}
