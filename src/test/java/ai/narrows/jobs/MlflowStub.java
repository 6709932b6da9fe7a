package ai.narrows.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;

/** A server that answers as MLflow does, or as one in trouble, and keeps what it was told. */
public final class MlflowStub implements AutoCloseable {
  /** Answers nothing, until it is closed. */
  public static final int SILENT = 0;

  public static final int SOUND = 200;

  private static final Map<String, String> ANSWERS =
      Map.of(
          "experiments/create", "{\"experiment_id\": \"7\"}",
          "runs/create", "{\"run\": {\"info\": {\"run_id\": \"r1\", \"experiment_id\": \"7\"}}}",
          "runs/log-batch", "{}",
          "runs/update", "{}");

  /**
   * A request that was answered as it should be.
   *
   * @param path behind the API's own
   */
  public record Request(String path, String authorization, JsonNode body) {}

  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  /** MLflow's client asks three times before it gives up. */
  private final CountDownLatch failures = new CountDownLatch(3);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile int status;

  public MlflowStub(int status) throws IOException {
    this.status = status;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/2.0/mlflow/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns when a client has been refused for good. */
  public void awaitFailure() throws InterruptedException {
    failures.await();
  }

  public void recover() {
    status = SOUND;
  }

  public List<Request> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  /** All that batches had in a list, such as metrics. */
  public List<JsonNode> logged(String list) {
    return requests("runs/log-batch").stream()
        .flatMap(batch -> StreamSupport.stream(batch.body().path(list).spliterator(), false))
        .toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath().replace("/api/2.0/mlflow/", "");
      if (status == SILENT) {
        closed.await();
      } else if (status != SOUND) {
        respond(exchange, status, "{\"message\": \"out of order\"}");
        failures.countDown();
      } else if (ANSWERS.containsKey(path)) {
        requests.add(
            new Request(
                path,
                exchange.getRequestHeaders().getFirst("Authorization"),
                new ObjectMapper().readTree(body)));
        respond(exchange, SOUND, ANSWERS.get(path));
      } else { // no experiment has been made yet
        respond(exchange, 404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
