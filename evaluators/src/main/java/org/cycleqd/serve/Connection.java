package org.cycleqd.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request and its answer, whole or as a stream of events. */
final class Connection {

  /** Most bytes of a request. */
  private static final int MOST = 32 << 20;

  /** Names of this machine; a web page that is led here by another name is refused. */
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final HttpExchange exchange;
  private @Nullable OutputStream stream;

  Connection(HttpExchange exchange) {
    this.exchange = exchange;
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String path() {
    return exchange.getRequestURI().getPath();
  }

  /** Whether pieces were sent, so that it is too late for another status. */
  boolean streaming() {
    return stream != null;
  }

  /** Refuses requests that a web page of elsewhere may have caused. */
  void requireLocal() throws ApiException {
    String host = header("Host").toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    if (!HOSTS.contains(host)) {
      throw ApiException.of(403, "Host: found %s, expected %s".formatted(host, HOSTS));
    }
  }

  byte[] body() throws ApiException, IOException {
    String type = header("Content-Type").toLowerCase(Locale.ROOT);
    if (!type.split(";", 2)[0].strip().equals("application/json")) {
      throw ApiException.of(
          415, "Content-Type: found '%s', expected application/json".formatted(type));
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST + 1);
    if (body.length > MOST) {
      throw ApiException.of(413, "body: found more than %d bytes, expected less".formatted(MOST));
    }
    return body;
  }

  private String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** Sends a whole answer. */
  void send(int status, JsonNode json) throws IOException {
    byte[] bytes = Json.bytes(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (status == 429) {
      exchange.getResponseHeaders().set("Retry-After", "1");
    }
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Sends an event of a stream, which begins with the first one. */
  void sendEvent(JsonNode json) throws IOException {
    sendEvent(json.toString());
  }

  /** Ends a stream. */
  void endStream() throws IOException {
    sendEvent("[DONE]");
    stream().close();
  }

  private void sendEvent(String data) throws IOException {
    OutputStream out = stream();
    out.write(("data: " + data + "\n\n").getBytes(UTF_8));
    out.flush();
  }

  private OutputStream stream() throws IOException {
    OutputStream present = stream;
    if (present == null) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.getResponseHeaders().set("Cache-Control", "no-cache");
      exchange.sendResponseHeaders(200, 0);
      present = exchange.getResponseBody();
      stream = present;
    }
    return present;
  }

  void close() {
    exchange.close();
  }
}
