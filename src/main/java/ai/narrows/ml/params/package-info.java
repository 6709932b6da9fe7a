/**
 * The params of estimators, models and evaluators, by subject. Each is defined once, as a {@link
 * ai.narrows.ml.params.Definition}: name, text, type, default, rule, group. Beside it stand its
 * accessor, getter and setter, and in the same interface the records that it becomes for the lower
 * packages. {@link ai.narrows.ml.params.Definitions} lists them; {@code explainParams()}, the jobs'
 * options and help, and {@code docs/configuration.md} are made of that list.
 *
 * <p>May import Spark ML, {@code ml.summary} and all packages below {@code ml}; not {@code ml}
 * itself.
 */
package ai.narrows.ml.params;
