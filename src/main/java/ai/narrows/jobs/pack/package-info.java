/**
 * The work of the command {@code Pack}: which images go into which file, and what a run has
 * finished.
 *
 * <p>Internal. May import {@code jobs.options}, {@code jobs.output} and {@code jobs.console}.
 */
package ai.narrows.jobs.pack;
