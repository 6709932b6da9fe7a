/**
 * The options of the commands: input, output, columns, configuration files, and the params of
 * estimators and models as options.
 *
 * <p>Internal. May import {@code jobs.output}, {@code jobs.tracking}, {@code jobs.console} and
 * every package below {@code jobs}.
 */
package ai.narrows.jobs.options;
