package ai.narrows.ml.params;

import org.apache.spark.ml.param.Params;

/**
 * Whoever has params that are defined here.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ParamOwner<E extends Params> extends Params {

  /** The params, made once per instance. */
  ParamSet<E> paramSet();
}
