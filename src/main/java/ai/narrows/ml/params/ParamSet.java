package ai.narrows.ml.params;

import ai.narrows.images.source.PathName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;

/**
 * The params of one estimator, model or evaluator, made of their definitions when it is made, and
 * again where it has been deserialized.
 *
 * @param <E> the type of their owner
 */
public final class ParamSet<E extends Params> {
  private final E owner;
  private final List<Definition<?, ?>> definitions;
  private final Map<String, Param<?>> params = new LinkedHashMap<>();

  /**
   * Makes the params, and sets the defaults that the owner does not have yet.
   *
   * @param owner which has a uid by now
   */
  public ParamSet(E owner, List<Definition<?, ?>> definitions) {
    this.owner = owner;
    this.definitions = List.copyOf(definitions);
    ParamMap known = owner.extractParamMap();
    for (Definition<?, ?> definition : this.definitions) {
      Param<?> param = definition.newParam(owner);
      params.put(definition.name(), param);
      if (!known.contains(param)) {
        setDefault(definition);
      }
    }
  }

  private <V> void setDefault(Definition<?, V> definition) {
    definition.defaultValue().ifPresent(value -> owner.setDefault(named(definition.name()), value));
  }

  /** Their definitions, by subject. */
  public List<Definition<?, ?>> definitions() {
    return definitions;
  }

  E owner() {
    return owner;
  }

  /** The param of a definition. */
  @SuppressWarnings("unchecked") // a definition makes params of its type
  public <P extends Param<?>> P of(Definition<P, ?> definition) {
    return (P) params.get(definition.name());
  }

  @SuppressWarnings("unchecked") // a definition makes params of its values' type
  <V> Param<V> named(String name) {
    return (Param<V>) params.get(name);
  }

  /** The value of a param. */
  public <V> V value(Definition<?, V> definition) {
    return definition.cast(owner.getOrDefault(named(definition.name())));
  }

  /**
   * Sets a param.
   *
   * @return its owner, so that setters chain
   */
  public <V> E set(Definition<?, V> definition, V value) {
    owner.set(this.<V>named(definition.name()), value);
    return owner;
  }

  /**
   * Checks every value by the rule of its param.
   *
   * @throws ai.narrows.message.ParamException with the param, the rule and the value
   */
  public void check() {
    definitions.forEach(definition -> definition.checkIn(this));
  }

  /**
   * Every param that has a value, with the value as JSON, in the order of the names. Paths are
   * without the credentials that a URI may have.
   */
  public Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    for (String name : params.keySet()) {
      Param<Object> param = named(name);
      if (owner.isDefined(param)) {
        values.put(name, param.jsonEncode(shown(owner.getOrDefault(param))));
      }
    }
    return values;
  }

  /** What of a value may be written where others read it. */
  public static Object shown(Object value) {
    return value instanceof String text ? PathName.withoutCredentials(text) : value;
  }
}
