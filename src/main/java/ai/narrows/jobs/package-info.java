/**
 * The commands behind {@code spark-submit}: {@code Train}, {@code Score}, {@code Embed}, {@code
 * Generate}, {@code Evaluate}, {@code Report}, {@code Export}, {@code Pack} and {@code
 * SampleParts}. A command reads its options, opens its input as a DataFrame, calls {@code ml} for
 * the work and moves the result into place.
 *
 * <p>May import every package; nothing imports this one.
 */
package ai.narrows.jobs;
