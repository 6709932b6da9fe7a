package ai.narrows.jobs.console;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.apache.spark.SparkConf;

/**
 * Silence where nobody asked for more: Spark's log shows errors only, and no failure once for every
 * task.
 */
public final class Logs {
  /** They print the stack trace of what the job itself tells in one sentence. */
  private static final String[] ECHOES = {
    "org.apache.spark.executor.Executor",
    "org.apache.spark.scheduler.TaskSetManager",
    "org.apache.spark.scheduler.DAGScheduler",
    "org.apache.spark.util.Utils",
    "org.apache.spark.mapred.SparkHadoopMapRedUtil",
    "org.apache.spark.sql.execution.datasources.FileFormatWriter",
    "org.apache.spark.sql.execution.streaming.MicroBatchExecution", // before Spark 4.1
    "org.apache.spark.sql.execution.streaming.runtime.MicroBatchExecution",
    "org.apache.spark.sql.util.ExecutionListenerBus",
  };

  /** What Spark logs by where nobody says otherwise. */
  private static final String SPARKS_OWN = "org/apache/spark/log4j2-defaults.properties";

  static {
    // Ended in the midst of work, as by Ctrl-C, Spark would log at length what that does to it.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> setAll(Level.OFF)));
  }

  private Logs() {}

  /** Holds for the JVM, whatever log4j was configured with. */
  public static void quiet() {
    // Spark's own set-up of its log, without a word of it; it would come later and undo this.
    new SparkConf(false).initializeLogIfNecessary(false, true);
    LoggerContext context = sparks();
    String source = context.getConfiguration().getConfigurationSource().getLocation();
    if (source != null && source.endsWith(SPARKS_OWN)) {
      context.reconfigure(errorsOnly());
    }
    setAll(Level.ERROR);
    Configuration configuration = context.getConfiguration();
    for (String echo : ECHOES) {
      configuration.removeLogger(echo);
      configuration.addLogger(echo, new LoggerConfig(echo, Level.OFF, true));
    }
    context.updateLoggers();
  }

  /** Of Spark, which has another one than these classes where they are loaded before Spark's. */
  private static LoggerContext sparks() {
    return (LoggerContext) LogManager.getContext(SparkConf.class.getClassLoader(), false);
  }

  private static void setAll(Level level) {
    LoggerContext context = sparks();
    context.getConfiguration().getLoggers().values().forEach(logger -> logger.setLevel(level));
    context.updateLoggers();
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
                .addAttribute("follow", true) // a status line comes between
                .add(
                    builder
                        .newLayout("PatternLayout")
                        .addAttribute("pattern", "%d{HH:mm:ss} %p %c{1}: %m%n%ex")))
        .add(builder.newRootLogger(Level.ERROR).add(builder.newAppenderRef("stderr")))
        .build(false);
  }
}
