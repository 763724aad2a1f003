package org.cycleqd.dialogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cycleqd.remote.Endpoint;

/** A real HTTP server behind which bisection plays; its context has eleven messages. */
final class GuessingServer implements AutoCloseable {

  private static final int CONTEXT = 11;

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int range;
  private final CountDownLatch asked = new CountDownLatch(1);

  /**
   * Starts it.
   *
   * @param range numbers are guessed below it; 0 for an answer that is no number, negative for none
   *     at all
   */
  GuessingServer(int range) throws IOException {
    this.range = range;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/v1/chat/completions", this::serve);
    http.start();
  }

  Endpoint endpoint() {
    return Endpoint.of(URI.create("http://127.0.0.1:" + http.getAddress().getPort()), "bisection");
  }

  void awaitRequest() throws InterruptedException {
    asked.await();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = new ObjectMapper().readTree(exchange.getRequestBody());
      asked.countDown();
      if (range < 0) {
        Thread.sleep(60_000);
      }
      JsonNode messages = request.get("messages");
      boolean fits = messages.size() <= CONTEXT;
      String text = range == 0 ? "no idea" : Integer.toString(guess(messages));
      byte[] body =
          (fits
                  ? "{\"choices\": [{\"message\": {\"content\": \"%s\"}, \"finish_reason\": \"stop\"}],"
                      .concat("\"usage\": {\"prompt_tokens\": 1, \"completion_tokens\": 3}}")
                      .formatted(text)
                  : "{\"error\": {\"message\": \"maximum context length exceeded\"}}")
              .getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(fits ? 200 : 400, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int guess(JsonNode messages) {
    int low = 0;
    int high = range;
    for (JsonNode message : messages) {
      int middle = (low + high) / 2;
      switch (message.get("content").textValue()) {
        case "higher" -> low = middle + 1;
        case "lower" -> high = middle;
        default -> {
          // what the players said, or the beginning
        }
      }
    }
    return (low + high) / 2;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.stop(0);
  }
}
