package org.cycleqd.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cycleqd.remote.Endpoint;
import org.cycleqd.remote.OpenAiClient;

/** A real HTTP server that says what was written for each question; the last line for ever. */
final class ChatScript implements AutoCloseable {
  /** A reply that is cut at its limit. */
  static final String TOO_LONG = "on and on ".repeat(5000);

  /** In place of a reply: the chat is refused as too long for the context. */
  static final String NO_ROOM = "<no room>";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, List<String>> lines = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<JsonNode> asked = new ConcurrentLinkedQueue<>();

  ChatScript() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/v1/chat/completions", this::serve);
    http.start();
  }

  /** What is said after the question, turn by turn. */
  void say(String question, List<String> replies) {
    lines.put(question, replies);
  }

  OpenAiClient client() {
    return new OpenAiClient(
        Endpoint.of(URI.create("http://127.0.0.1:" + http.getAddress().getPort()), "scripted"));
  }

  /** All requests so far. */
  List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = MAPPER.readTree(exchange.getRequestBody());
      asked.add(request);
      String reply = reply(request.path("messages"));
      boolean fits = !reply.equals(NO_ROOM);
      ObjectNode answer = MAPPER.createObjectNode();
      if (fits) {
        ObjectNode choice = answer.withArray("choices").addObject();
        choice.putObject("message").put("role", "assistant").put("content", reply);
        boolean cut = reply.equals(TOO_LONG);
        choice.put("finish_reason", cut ? "length" : "stop");
        int tokens = cut ? request.path("max_tokens").asInt() : 7;
        answer.putObject("usage").put("prompt_tokens", 9).put("completion_tokens", tokens);
      } else {
        answer.putObject("error").put("message", "the maximum context length is 4096 tokens");
      }
      byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(fits ? 200 : 400, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The question is the message after which the model's own turns begin. */
  private String reply(JsonNode messages) {
    List<String> contents = new ArrayList<>();
    messages.forEach(message -> contents.add(message.path("content").asText()));
    for (int at = contents.size() - 1; at >= 0; at--) {
      String content = contents.get(at);
      for (Map.Entry<String, List<String>> each : lines.entrySet()) {
        if (content.endsWith(each.getKey())) {
          int turn = (contents.size() - 1 - at) / 2;
          return each.getValue().get(Math.min(turn, each.getValue().size() - 1));
        }
      }
    }
    throw new AssertionError("no line for " + contents.getLast());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.stop(0);
  }
}
