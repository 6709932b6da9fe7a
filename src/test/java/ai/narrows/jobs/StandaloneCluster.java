package ai.narrows.jobs;

import ai.narrows.TestJvm;
import ai.narrows.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's standalone cluster on this machine: a master and workers, in processes of their own on
 * free ports.
 */
public final class StandaloneCluster implements AutoCloseable {
  /** Settings under which a task that is slower than the first ones soon gets a duplicate. */
  public static final Map<String, String> SPECULATION =
      Map.of(
          "spark.speculation", "true",
          "spark.speculation.interval", "50ms",
          "spark.speculation.minTaskRuntime", "50ms",
          "spark.speculation.multiplier", "1.01",
          "spark.speculation.quantile", "0.3");

  private static final Duration START = Duration.ofSeconds(60);
  private static final int SECONDS_TO_END = 10;
  private static final Pattern MASTER =
      Pattern.compile("Starting Spark master at (spark://127\\.0\\.0\\.1:[0-9]+)");
  private static final Pattern REGISTERED =
      Pattern.compile("Successfully (registered) with master");

  private final List<Process> processes = new ArrayList<>();
  private final Thread ending = new Thread(this::end);
  private final Scripts scripts;
  private final String url;

  /**
   * Starts it, and waits until all workers are registered.
   *
   * @param folder for logs, and for a folder {@code worker-0} and on, where each worker keeps what
   *     its executors print
   * @param cores of each worker
   * @param memory of each worker, as Spark writes it
   */
  public StandaloneCluster(Path folder, int workers, int cores, String memory)
      throws IOException, InterruptedException {
    scripts = new Scripts(folder);
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      url = await(daemon("master", "127.0.0.1", "org.apache.spark.deploy.master.Master"), MASTER);
      List<Path> logs = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        String name = "worker-" + i;
        logs.add(
            daemon(
                name,
                host(i),
                "org.apache.spark.deploy.worker.Worker",
                "--cores",
                cores,
                "--memory",
                memory,
                "--work-dir",
                folder.resolve(name),
                url));
      }
      for (Path log : logs) {
        await(log, REGISTERED);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Whether each worker has an address of its own: not all systems have more than one for this. */
  public boolean distinctHosts() {
    return System.getProperty("os.name").equals("Linux");
  }

  private String host(int worker) {
    return distinctHosts() ? "127.0.0." + (2 + worker) : "127.0.0.1";
  }

  /** What {@code --master} takes. */
  public String url() {
    return url;
  }

  /**
   * A session of this process as the driver, with two executors of one core each unless the
   * settings say otherwise; they run the classes that this process has.
   */
  public SparkSession session(Map<String, String> settings) {
    SparkConf conf = new SparkConf();
    conf.set("spark.ui.enabled", "false");
    conf.set("spark.sql.shuffle.partitions", "2");
    conf.set("spark.driver.host", "127.0.0.1");
    conf.set("spark.driver.bindAddress", "127.0.0.1");
    conf.set("spark.executor.memory", "1g");
    conf.set("spark.executor.cores", "1");
    conf.set("spark.cores.max", "2");
    conf.set("spark.scheduler.minRegisteredResourcesRatio", "1");
    conf.set("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
    conf.set("spark.executor.extraClassPath", TestJvm.classPath());
    conf.set("spark.executor.extraJavaOptions", String.join(" ", TestJvm.briefly()));
    settings.forEach(conf::set);
    TestSpark.stop();
    return SparkSession.builder().master(url).appName("tests").config(conf).getOrCreate();
  }

  /** Folders of the executors that a worker has run, one for each. */
  List<Path> executors(int worker) throws IOException {
    return below(worker, "app-*/*");
  }

  /** Folders of the drivers that a worker has run. */
  List<Path> drivers(int worker) throws IOException {
    return below(worker, "driver-*");
  }

  private List<Path> below(int worker, String pattern) throws IOException {
    Path folder = scripts.folder().resolve("worker-" + worker);
    var matches = folder.getFileSystem().getPathMatcher("glob:" + folder + "/" + pattern);
    try (Stream<Path> all = Files.walk(folder, 2)) {
      return all.filter(matches::matches).sorted().toList();
    }
  }

  /** Starts one of Spark's own processes; gives its log. */
  private Path daemon(String name, String host, String main, Object... args) throws IOException {
    Path log = scripts.folder().resolve(name + ".log");
    Map<String, String> environment =
        Map.of(
            "SPARK_DAEMON_MEMORY",
            "512m",
            "SPARK_DAEMON_JAVA_OPTS",
            "-XX:TieredStopAtLevel=1",
            "SPARK_LOCAL_DIRS",
            scripts.folder().resolve("local").toString(),
            "SPARK_LOCAL_IP",
            host);
    processes.add(
        scripts.start(
            environment,
            Scripts.script("spark-class"),
            scripts.folder().resolve(name + ".out"),
            log,
            main,
            "--host",
            host,
            "--port",
            0,
            "--webui-port",
            0,
            List.of(args)));
    return log;
  }

  /** The pattern's group, as soon as the log has it. */
  private String await(Path log, Pattern pattern) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    Matcher found;
    do {
      Thread.sleep(100);
      found = pattern.matcher(Files.readString(log));
      if (found.find()) {
        return found.group(1);
      }
    } while (System.nanoTime() < end && processes.stream().allMatch(Process::isAlive));
    throw new IllegalStateException(
        "no '" + pattern + "' in " + log + ":\n" + Files.readString(log));
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(ending);
    end();
  }

  /** Workers end their executors when they are asked to end; what is left after that is ended. */
  private void end() {
    List<ProcessHandle> all =
        processes.stream()
            .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process.toHandle())))
            .toList();
    processes.forEach(Process::destroy);
    try {
      for (Process process : processes) {
        process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
