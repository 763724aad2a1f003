package org.cycleqd.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.cycleqd.remote.Endpoint;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.task.Item;
import org.cycleqd.task.Task;
import org.cycleqd.task.maths.Gsm8k;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that replays answers takes a task from start to end. */
class RemoteRespondentTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Task task = Gsm8k.task();
  private final List<Item> items = task.published().subList(0, 6);
  private final ConcurrentLinkedQueue<JsonNode> asked = new ConcurrentLinkedQueue<>();
  private HttpServer server = HttpServer.create();

  RemoteRespondentTest() throws IOException {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/completions", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Right, right but going on, wrong, nothing, a refusal, and far too long. */
  private void answer(HttpExchange exchange) throws IOException {
    JsonNode request = MAPPER.readTree(exchange.getRequestBody());
    asked.add(request);
    int index = -1;
    for (int i = 0; i < items.size(); i++) {
      index = request.path("prompt").asText().equals(items.get(i).prompt()) ? i : index;
    }
    String text =
        switch (index) {
          case 0 -> " " + items.get(0).reference();
          case 1 -> " " + items.get(1).reference() + "\nQuestion: what?\nAnswer: #### 99";
          case 2 -> " #### 123456";
          case 3 -> "";
          case 4 -> "I am sorry, I cannot help with that.";
          default -> " on and on".repeat(20_000);
        };
    ObjectNode reply = MAPPER.createObjectNode();
    reply.withArray("choices").addObject().put("text", text).put("finish_reason", "stop");
    reply.putObject("usage").put("prompt_tokens", 9).put("completion_tokens", 5);
    byte[] bytes = reply.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void aScriptedModelIsAskedAndJudged() throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(address, "scripted"))) {
      TaskEvaluation evaluation =
          new TaskEvaluation(
              new RemoteRespondent(client), AnswerCache.inMemory(), OptionalInt.empty());
      List<Sample> samples = evaluation.run(task, items, _ -> {});
      assertThat(samples.stream().map(sample -> sample.verdict().correct()))
          .containsExactly(true, true, false, false, false, false);
      assertThat(samples.get(1).response().answer()).doesNotContain("what?");
      assertThat(samples.getFirst().response().tokens()).isEqualTo(5);
    }
    assertThat(asked).hasSize(6);
    assertThat(asked)
        .allSatisfy(request -> {
          assertThat(request.path("temperature").asDouble()).isZero();
          assertThat(request.path("max_tokens").asInt()).isEqualTo(512);
          assertThat(request.path("stop")).hasSize(2);
        });
  }
}
