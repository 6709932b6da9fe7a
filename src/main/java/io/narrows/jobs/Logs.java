package io.narrows.jobs;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;

/**
 * Silence where nobody asked for more: Spark's log shows errors only, and no failure once for every
 * task.
 */
final class Logs {
  /** They print the stack trace of what the job itself tells in one sentence. */
  private static final String[] ECHOES = {
    "org.apache.spark.executor.Executor",
    "org.apache.spark.scheduler.TaskSetManager",
    "org.apache.spark.scheduler.DAGScheduler",
    "org.apache.spark.util.Utils",
    "org.apache.spark.sql.execution.datasources.FileFormatWriter",
  };

  private Logs() {}

  /** Holds for the JVM, whatever log4j was configured with. */
  static void quiet() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    if (context.getConfiguration() instanceof DefaultConfiguration) {
      // Left as it is, Spark would put its own, talkative one in its place.
      Configurator.reconfigure(errorsOnly());
    }
    Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.ERROR);
    for (String echo : ECHOES) {
      Configurator.setLevel(echo, Level.OFF);
    }
  }

  private static BuiltConfiguration errorsOnly() {
    ConfigurationBuilder<BuiltConfiguration> builder =
        ConfigurationBuilderFactory.newConfigurationBuilder();
    return builder
        .setConfigurationName("narrows-quiet")
        .add(
            builder
                .newAppender("stderr", "Console")
                .addAttribute("target", ConsoleAppender.Target.SYSTEM_ERR)
                .add(
                    builder
                        .newLayout("PatternLayout")
                        .addAttribute("pattern", "%d{HH:mm:ss} %p %c{1}: %m%n%ex")))
        .add(builder.newRootLogger(Level.ERROR).add(builder.newAppenderRef("stderr")))
        .build(false);
  }
}
