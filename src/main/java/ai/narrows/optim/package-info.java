/**
 * What turns a gradient into a step: the {@link ai.narrows.optim.Updater}s with their state,
 * step-size schedules, and clipping by norm.
 *
 * <p>May import {@code nn}; never Spark, Hadoop or ND4J.
 */
package ai.narrows.optim;
