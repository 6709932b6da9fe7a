/**
 * The commands behind {@code spark-submit}: {@code Train}, {@code Score}, {@code Embed}, {@code
 * Generate}, {@code Evaluate}, {@code Pack} and {@code SampleParts}. A command reads its options,
 * opens its input as a DataFrame, lets {@code ml} do the work and moves what came out into place.
 * Uses every other package; nothing uses this one.
 */
package ai.narrows.jobs;
