package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server that pip has installed and that a test starts, on this machine alone.
 *
 * @param process with all that it has started
 * @param address for example {@code http://127.0.0.1:5000}
 */
record PipServer(Process process, String address) {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * Starts a server and waits until it answers.
   *
   * @param folder where it runs and keeps its log
   * @param environment what it finds there besides
   * @param health a path that it answers with 200
   * @param command the program, which is looked for on the PATH, and its arguments
   */
  static PipServer start(
      Path folder, Map<String, String> environment, int port, String health, String... command)
      throws IOException, InterruptedException {
    Path log = folder.resolve(command[0] + ".log");
    List<String> words = new ArrayList<>(List.of(command));
    words.set(0, onPath(command[0]));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    PipServer server = new PipServer(builder.start(), "http://127.0.0.1:" + port);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!server.isUp(health)) {
      assertThat(server.process.isAlive() && System.nanoTime() < end)
          .as(Files.readString(log))
          .isTrue();
      Thread.sleep(200);
    }
    return server;
  }

  private static String onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    String.format(
                        Locale.ROOT,
                        "no %s on the PATH: see .ci/run for how to install it, or leave -Pextras out",
                        program)))
        .toString();
  }

  private boolean isUp(String health) throws InterruptedException {
    try {
      return ask(HttpRequest.newBuilder(URI.create(address + health))).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  static HttpResponse<String> ask(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
  }

  void stop() throws Exception {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle one : all) {
      one.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
