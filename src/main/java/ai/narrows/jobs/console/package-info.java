/**
 * What a command prints: progress, status line, log levels, and the sentence and exit code of a
 * failure.
 *
 * <p>Internal. May import every package below {@code jobs}.
 */
package ai.narrows.jobs.console;
