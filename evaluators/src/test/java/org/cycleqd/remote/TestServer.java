package org.cycleqd.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real HTTP server on this machine that answers as a test says and remembers what it was asked.
 */
final class TestServer implements AutoCloseable {

  /** A request that came in. */
  record Seen(String method, String path, Map<String, List<String>> headers, String body) {
    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  /** What is sent back. */
  record Answer(int status, String type, Map<String, String> headers, String body) {
    static Answer json(String body) {
      return json(200, body);
    }

    static Answer json(int status, String body) {
      return new Answer(status, "application/json", Map.of(), body);
    }

    Answer with(String header, String value) {
      return new Answer(status, type, Map.of(header, value), body);
    }
  }

  /** What a test wants to be answered. */
  @FunctionalInterface
  interface Behaviour {
    Answer answer(Seen seen) throws InterruptedException;
  }

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  TestServer(Behaviour behaviour) throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", exchange -> serve(exchange, behaviour));
    http.start();
  }

  /** A server that gives answers in turn, the last one for ever. */
  static TestServer inTurn(Answer... answers) throws IOException {
    AtomicInteger next = new AtomicInteger();
    return new TestServer(_ -> answers[Math.min(next.getAndIncrement(), answers.length - 1)]);
  }

  private void serve(HttpExchange exchange, Behaviour behaviour) throws IOException {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Seen request =
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              body);
      seen.add(request);
      Answer answer = behaviour.answer(request);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      if (!answer.type().isEmpty()) {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
      }
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      open.decrementAndGet();
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  Endpoint endpoint() {
    return Endpoint.of(address(), "merged");
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** The most requests that were being answered at the same time. */
  int mostOpen() {
    return mostOpen.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.stop(0);
    threads.close();
  }
}
