/**
 * Where results go: outputs are written aside and moved into place, what is read is never
 * overwritten, and {@code --overwrite} replaces only what Narrows or Spark wrote.
 *
 * <p>Internal. May import {@code jobs.console} and every package below {@code jobs}.
 */
package ai.narrows.jobs.output;
