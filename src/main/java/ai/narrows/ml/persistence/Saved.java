package ai.narrows.ml.persistence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A model as it lies in its files, not yet an object of its class.
 *
 * @param className of that class; compared, never loaded
 * @param uid name of the model in a pipeline
 * @param paramMap params that are set, by name
 * @param data everything else
 */
public record Saved(String className, String uid, Map<String, JsonNode> paramMap, ModelData data) {

  /**
   * Checks also a model's uid, of which Spark ML makes the name of a folder where a pipeline holds
   * the model.
   */
  public Saved {
    if (!className.matches("[\\w.$]{1,200}")) {
      throw new IllegalArgumentException("class must be the name of one");
    }
    if (uid.isEmpty()
        || uid.length() > 200
        || uid.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "uid must have 1 to 200 characters, no slash, backslash or control character among them,"
              + " but is '"
              + uid
              + "'");
    }
  }
}
