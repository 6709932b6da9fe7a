/**
 * Trainings recorded in MLflow.
 *
 * <p>Internal. May import {@code jobs.console} and MLflow's client.
 */
package ai.narrows.jobs.tracking;
