package org.cycleqd.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.Continuation;
import org.cycleqd.lm.Likelihood;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.remote.ChatRequest;
import org.cycleqd.remote.Completion;
import org.cycleqd.remote.CompletionRequest;
import org.cycleqd.remote.Endpoint;
import org.cycleqd.remote.FinishReason;
import org.cycleqd.remote.Limits;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.remote.Prompt;
import org.cycleqd.remote.ScoreRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client gets is what the model says without a server. */
@Timeout(120)
class ModelServerTest {

  private static final String PROMPT = "py: sort x =>";

  private Served served;

  @BeforeEach
  void start(@TempDir Path scratch) throws IOException {
    served = new Served(scratch, 4, 100);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private Completion completed(String prompt, int limit, OptionalInt alternatives)
      throws Exception {
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(served.base(), "pico"))) {
      return client.complete(
          new CompletionRequest(
              new Prompt.Text(prompt), Sampling.greedy(), Limits.of(limit), alternatives, false));
    }
  }

  @Test
  void aCompletionIsTheModelsAnswer() throws Exception {
    Answer expected = served.answer(PROMPT, 20, Sampling.greedy());
    assertThat(expected.ended()).isTrue();
    Completion found = completed(PROMPT, 20, OptionalInt.of(3));
    assertThat(found.text()).isEqualTo(served.text(PROMPT, expected)).isNotBlank();
    assertThat(found.finish()).isEqualTo(FinishReason.STOP);
    assertThat(found.promptTokens()).hasValue(served.prompt(PROMPT).length);
    assertThat(found.completionTokens()).hasValue(expected.ids().length);
    // The end token is no part of the text.
    assertThat(found.tokens()).hasSize(expected.ids().length - 1);
    for (int i = 0; i < found.tokens().size(); i++) {
      assertThat(found.tokens().get(i).logProbability().getAsDouble())
          .isCloseTo(expected.logProbabilities()[i], within(1e-4));
      assertThat(found.tokens().get(i).alternatives().values().stream().sorted().toList().getLast())
          .isCloseTo(expected.alternatives().get(i).logProbabilities()[0], within(1e-4));
    }
    Completion cut = completed(PROMPT, 1, OptionalInt.empty());
    assertThat(cut.finish()).isEqualTo(FinishReason.LENGTH);
    assertThat(cut.tokens()).isEmpty();
  }

  @Test
  void manyClientsAreAnsweredAsEachAlone() throws Exception {
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      prompts.add((i % 2 == 0 ? "py: " : "sh: ") + "abcdefgh".substring(i % 7) + " =>");
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(24)) {
      List<Future<String>> texts = new ArrayList<>();
      for (String prompt : prompts) {
        texts.add(threads.submit(() -> completed(prompt, 30, OptionalInt.empty()).text()));
      }
      for (int i = 0; i < prompts.size(); i++) {
        String prompt = prompts.get(i);
        Answer expected = served.answer(prompt, 30, Sampling.greedy());
        assertThat(texts.get(i).get()).isEqualTo(served.text(prompt, expected));
      }
    }
  }

  @Test
  void severalPromptsOfTextsAndTokensAreAnsweredInOrder() throws Exception {
    int[] ids = served.prompt("sh: count =>");
    JsonNode found =
        served.ask(
            "/v1/completions",
            "{'prompt': ['%s', %s], 'max_tokens': 12, 'temperature': 0}"
                .formatted(PROMPT, Arrays.toString(ids)));
    assertThat(found.at("/choices").size()).isEqualTo(2);
    Answer first = served.answer(PROMPT, 12, Sampling.greedy());
    Answer second = served.answer("sh: count =>", 12, Sampling.greedy());
    assertThat(found.at("/choices/0/text").textValue()).isEqualTo(served.text(PROMPT, first));
    assertThat(found.at("/choices/1/text").textValue())
        .isEqualTo(served.text("sh: count =>", second));
    assertThat(found.at("/usage/completion_tokens").intValue())
        .isEqualTo(first.ids().length + second.ids().length);
    assertThat(found.at("/usage/prompt_tokens").intValue())
        .isEqualTo(served.prompt(PROMPT).length + ids.length);
  }

  @Test
  void theClientScoresAsTheModelDoes() throws Exception {
    int[] whole = served.prompt(PROMPT + " sorted(x)");
    Continuation rest =
        new Continuation(Arrays.copyOf(whole, 3), Arrays.copyOfRange(whole, 3, whole.length));
    Likelihood expected = served.reference().score(List.of(rest), 1).getFirst();
    List<Integer> ids = Arrays.stream(whole).boxed().toList();
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(served.base(), "pico"))) {
      var byTokens =
          client.score(new ScoreRequest.Tokens(ids.subList(0, 3), ids.subList(3, ids.size())));
      assertThat(byTokens.logProbability()).isCloseTo(expected.sum(), within(1e-3));
      var byText = client.score(new ScoreRequest.Text(PROMPT, " sorted(x)"));
      int[] prompt = served.prompt(PROMPT);
      Continuation added =
          new Continuation(prompt, Arrays.copyOfRange(whole, prompt.length, whole.length));
      assertThat(Arrays.copyOf(whole, prompt.length)).isEqualTo(prompt);
      Likelihood alone = served.reference().score(List.of(added), 1).getFirst();
      assertThat(byText.logProbability()).isCloseTo(alone.sum(), within(1e-3));
    }
  }

  @Test
  void anEchoWithoutNewTokensOnlyScores() throws Exception {
    JsonNode found =
        served.ask(
            "/v1/completions",
            "{'prompt': '%s', 'max_tokens': 0, 'echo': true, 'logprobs': 2}".formatted(PROMPT));
    JsonNode choice = found.at("/choices/0");
    assertThat(choice.at("/text").textValue()).isEqualTo(PROMPT);
    assertThat(choice.at("/logprobs/token_logprobs/0").isNull()).isTrue();
    assertThat(choice.at("/logprobs/tokens").size()).isEqualTo(served.prompt(PROMPT).length);
    assertThat(choice.at("/logprobs/top_logprobs/1").size()).isEqualTo(2);
    assertThat(found.at("/usage/completion_tokens").intValue()).isZero();
  }

  @Test
  void aStreamGivesTheSamePieceByPiece() throws Exception {
    String body = "{'model': 'pico', 'prompt': '%s', 'max_tokens': 30, 'temperature': 0%s}";
    JsonNode whole = served.ask("/v1/completions", body.formatted(PROMPT, ""));
    List<JsonNode> events =
        served.stream(
            "/v1/completions",
            body.formatted(
                PROMPT,
                ", 'stream': true, 'logprobs': 0, 'stream_options': {'include_usage': true}"));
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      text.append(event.at("/choices/0/text").textValue());
    }
    assertThat(text.toString()).isEqualTo(whole.at("/choices/0/text").textValue());
    assertThat(events.size()).isGreaterThan(3);
    JsonNode last = events.get(events.size() - 2);
    assertThat(last.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    assertThat(events.getFirst().at("/choices/0/finish_reason").isNull()).isTrue();
    assertThat(events.getLast().at("/usage")).isEqualTo(whole.at("/usage"));
    int offset = 0;
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      for (JsonNode start : event.at("/choices/0/logprobs/text_offset")) {
        assertThat(start.intValue()).isGreaterThanOrEqualTo(offset);
        offset = start.intValue();
      }
    }
    assertThat(offset).isPositive();
  }

  @Test
  void aChatIsWrittenByTheTemplate() throws Exception {
    String rendered = "py: sort x => ";
    Answer expected = served.answer(rendered, 20, Sampling.greedy());
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(served.base(), "pico"))) {
      Completion found =
          client.chat(
              new ChatRequest(
                  List.of(ChatMessage.user("py: sort"), ChatMessage.assistant("x =>")),
                  Sampling.greedy(),
                  Limits.of(20),
                  OptionalInt.of(2)));
      assertThat(found.text()).isEqualTo(served.text(rendered, expected));
      assertThat(found.tokens().getFirst().alternatives()).hasSize(2);
      assertThat(found.tokens().getFirst().logProbability().getAsDouble())
          .isCloseTo(expected.logProbabilities()[0], within(1e-4));
    }
    List<JsonNode> events =
        served.stream(
            "/v1/chat/completions",
            "{'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'py: sort x =>'}]}],"
                + " 'temperature': 0, 'stream': true}");
    assertThat(events.getFirst().at("/choices/0/delta/role").textValue()).isEqualTo("assistant");
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.at("/choices/0/delta/content").textValue()));
    assertThat(text.toString()).isEqualTo(served.text(rendered, expected));
    JsonNode more =
        served.ask(
            "/v1/chat/completions",
            "{'messages': [{'role': 'user', 'content': 'py:'}], 'temperature': 0,"
                + " 'chat_template_kwargs': {'prefix': 'sort x => '}}");
    assertThat(more.at("/choices/0/message/content").textValue()).isEqualTo(text.toString());
  }

  @Test
  void stopTextsEndAnAnswer() throws Exception {
    String whole = completed(PROMPT, 40, OptionalInt.empty()).text();
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 2);
    String expected = whole.substring(0, whole.indexOf(stop));
    String body = "{'prompt': '%s', 'max_tokens': 40, 'temperature': 0, 'stop': ['%s', 'never']%s}";
    JsonNode found = served.ask("/v1/completions", body.formatted(PROMPT, stop, ""));
    assertThat(found.at("/choices/0/text").textValue()).isEqualTo(expected);
    assertThat(found.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    StringBuilder text = new StringBuilder();
    served.stream("/v1/completions", body.formatted(PROMPT, stop, ", 'stream': true"))
        .forEach(event -> text.append(event.at("/choices/0/text").textValue()));
    assertThat(text.toString()).isEqualTo(expected);
  }

  @Test
  void drawsDependOnTheSeed() throws Exception {
    String body = "{'prompt': 'py: ', 'max_tokens': 25, 'temperature': 2, 'n': 3%s}";
    JsonNode first = served.ask("/v1/completions", body.formatted(", 'seed': 7"));
    JsonNode again = served.ask("/v1/completions", body.formatted(", 'seed': 7"));
    JsonNode other = served.ask("/v1/completions", body.formatted(", 'seed': 8"));
    JsonNode unnamed = served.ask("/v1/completions", body.formatted(""));
    JsonNode unnamedAgain = served.ask("/v1/completions", body.formatted(""));
    assertThat(first.at("/choices")).isEqualTo(again.at("/choices"));
    assertThat(first.at("/choices")).isNotEqualTo(other.at("/choices"));
    assertThat(unnamed.at("/choices")).isNotEqualTo(unnamedAgain.at("/choices"));
    assertThat(first.at("/choices").findValuesAsText("text")).doesNotHaveDuplicates();
    Answer expected = served.answer("py: ", 25, new Sampling(2, 1, 7));
    assertThat(first.at("/choices/0/text").textValue()).isEqualTo(served.text("py: ", expected));
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(served.base(), "pico"))) {
      Completion same =
          client.complete(CompletionRequest.of("py: ", new Sampling(2, 1, 7), Limits.of(25)));
      assertThat(same.text()).isEqualTo(first.at("/choices/0/text").textValue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          completions | {'prompt': 'a', 'temprature': 1} | temprature: found 1, expected no such field
          completions | {'prompt': 'a', 'temperature': -1} | temperature: found -1.0, expected a number from 0
          completions | {'prompt': 'a', 'top_p': 0} | top_p: found 0.0, expected a number above 0
          completions | {'prompt': 'a', 'top_k': 40} | top_k: found 40, expected nothing or [-1, 0]
          completions | {'prompt': 'a', 'max_tokens': 0} | max_tokens: found 0, expected an integer from 1
          completions | {'prompt': 'a', 'max_tokens': 1e3} | max_tokens: found 1000.0, expected an integer from 1
          completions | {'prompt': 'a', 'max_tokens': 99} | expected no more than 100 in all
          completions | {'prompt': 'a', 'logprobs': 21} | logprobs: found 21, expected an integer from 0 to 20
          completions | {'prompt': 'a', 'stop': ['']} | stop: found [""], expected a text or a list of texts
          completions | {'prompt': 'a', 'n': 0} | n: found 0, expected an integer from 1 to 128
          completions | {'prompt': 'a', 'stream': 'yes'} | stream: found "yes", expected true or false
          completions | {'prompt': 'a', 'echo': true, 'stream': true} | echo: found true, expected false
          completions | {'prompt': []} | prompt: found [], expected at least one token
          completions | {'prompt': [1, 9999]} | prompt: found 9999, expected texts, or token ids from 0 to 319
          completions | {'prompt': 17} | prompt: found 17
          completions | {} | prompt: found nothing, expected a text
          completions | [] | body: found a list, expected an object
          completions | {'prompt': 'a', 'prompt': 'b'} | Duplicate field
          completions | {'prompt': 'a' | body: found no JSON
          chat/completions | {} | messages: found nothing, expected a list of messages
          chat/completions | {'messages': [{'role': 'system', 'content': 'x'}]} | only user and assistant
          chat/completions | {'messages': [{'content': 'x'}]} | messages[0]: found {"content":"x"}, expected an object with role
          chat/completions | {'messages': [{'role': 'user', 'content': 'x', 'name': 'y'}]} | messages[0]: found fields [name]
          chat/completions | {'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}]} | parts of type text
          chat/completions | {'messages': [{'role': 'user', 'content': 'x'}], 'tools': [1]} | tools: found [1]
          chat/completions | {'messages': [{'role': 'user', 'content': 'x'}], 'top_logprobs': 2} | expected logprobs to be true
          chat/completions | {'messages': [{'role': 'user', 'content': 'x'}], 'response_format': {'type': 'json_object'}} | response_format
          """)
  void whatItCannotDoIsRefusedByName(String path, String body, String message) throws Exception {
    HttpResponse<String> response = served.post("/v1/" + path, body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body().replace("\\\"", "\"")).contains(message);
    assertThat(response.body()).startsWith("{\"error\":{\"message\":");
  }

  @Test
  void otherModelsMethodsHostsAndTypesAreRefused() throws Exception {
    assertThat(served.post("/v1/completions", "{'model': 'x', 'prompt': 'a'}"))
        .satisfies(response -> assertThat(response.statusCode()).isEqualTo(404))
        .satisfies(response -> assertThat(response.body()).contains("found x, expected pico"));
    assertThat(served.send(served.request("/v1/completions").GET()).statusCode()).isEqualTo(405);
    assertThat(served.send(served.request("/v2").GET()).statusCode()).isEqualTo(404);
    assertThat(
            served
                .send(
                    served
                        .request("/v1/completions")
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"a\"}")))
                .statusCode())
        .isEqualTo(415);
    assertThat(served.send(served.request("/v1/models/pico").GET()).body())
        .contains("\"max_model_len\":100");
    try (OpenAiClient client = new OpenAiClient(Endpoint.of(served.base(), "pico"))) {
      assertThat(client.models()).containsExactly("pico");
    }
    assertThat(raw("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw("GET /health HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.base().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aClientThatGoesAwayGivesItsPlaceAway(@TempDir Path scratch) throws Exception {
    try (Served single = new Served(scratch, 1, 100)) {
      // Hot enough to go on for long; the stop text never comes, but makes the server listen.
      String body =
          "{\"prompt\": \"py: \", \"max_tokens\": 95, \"temperature\": 50, \"stream\": true}";
      for (int i = 0; i < 5; i++) {
        HttpClient leaving = HttpClient.newHttpClient();
        HttpResponse<InputStream> response =
            leaving.send(
                HttpRequest.newBuilder(single.base().resolve("/v1/completions"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.body().read()).isEqualTo('d');
        leaving.shutdownNow();
      }
      JsonNode next =
          single.ask("/v1/completions", "{'prompt': 'py: ', 'max_tokens': 3, 'temperature': 0}");
      assertThat(next.at("/choices/0/text").textValue()).isNotEmpty();
      assertThat(single.loop().waiting()).isZero();
    }
  }

  @Test
  void whoComesWhenTheQueueIsFullIsToldToComeAgain(@TempDir Path scratch) throws Exception {
    try (Served single = new Served(scratch, 1, 0);
        ExecutorService threads = Executors.newFixedThreadPool(12)) {
      URI address = single.base().resolve("/v1/completions");
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        statuses.add(
            threads.submit(() ->
                single
                    .send(
                        HttpRequest.newBuilder(address)
                            .header("Content-Type", "application/json")
                            .POST(
                                HttpRequest.BodyPublishers.ofString(
                                    "{\"prompt\": \"py: \", \"max_tokens\": 90, \"n\": 8,"
                                        + " \"temperature\": 50}")))
                    .statusCode()));
      }
      List<Integer> found = new ArrayList<>();
      for (Future<Integer> status : statuses) {
        found.add(status.get());
      }
      assertThat(found).containsOnly(200, 429).contains(200, 429);
    }
  }

  @Test
  void aServerThatStopsLeavesNobodyWaiting() throws Exception {
    CompletableFuture<Integer> open =
        CompletableFuture.supplyAsync(() -> {
          try {
            return served
                .post(
                    "/v1/completions",
                    "{'prompt': 'py: ', 'max_tokens': 95, 'temperature': 50, 'n': 100}")
                .statusCode();
          } catch (IOException | InterruptedException e) {
            return -1;
          }
        });
    while (served.loop().waiting() == 0 && !open.isDone()) {
      Thread.onSpinWait();
    }
    served.stop();
    assertThat(open.join()).isIn(-1, 503, 200);
  }
}
