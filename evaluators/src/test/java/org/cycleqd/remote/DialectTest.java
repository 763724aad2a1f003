package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.remote.TestServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent to servers, and what is made of their answers. */
class DialectTest {

  private static final CompletionRequest REQUEST =
      CompletionRequest.of("Once", Sampling.greedy(), Limits.of(2));

  private static Completion completed(String json) throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json(json));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      return client.complete(REQUEST);
    }
  }

  @Test
  void sendsAllOfACompletionRequest() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{\"choices\": [{\"text\": \"x\"}]}"));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      Sampling sampling = new Sampling(0.5, 0.9, 1L << 40);
      client.complete(
          new CompletionRequest(
              new Prompt.Text("1 + \"2\" → "),
              sampling,
              Limits.of(7, "\n", "Q:"),
              OptionalInt.of(3),
              true));
      client.complete(
          new CompletionRequest(
              new Prompt.Tokens(List.of(1, 15043)),
              Sampling.greedy(),
              Limits.of(2),
              OptionalInt.empty(),
              false));
      assertThat(server.seen())
          .allSatisfy(seen -> {
            assertThat(seen.method()).isEqualTo("POST");
            assertThat(seen.path()).isEqualTo("/v1/completions");
            assertThat(seen.header("Content-type")).isEqualTo("application/json");
            assertThat(seen.headers()).doesNotContainKeys("Authorization", "Upgrade");
          });
      assertThat(Json.read(server.seen().get(0).body()))
          .isEqualTo(
              Json.read(
                  """
                  {"model": "merged", "prompt": "1 + \\"2\\" → ", "max_tokens": 7,
                   "temperature": 0.5, "top_p": 0.9, "stop": ["\\n", "Q:"],
                   "seed": 1099511627776, "logprobs": 3, "echo": true}
                  """));
      assertThat(Json.read(server.seen().get(1).body()))
          .isEqualTo(
              Json.read(
                  """
                  {"model": "merged", "prompt": [1, 15043], "max_tokens": 2,
                   "temperature": 0.0, "top_p": 1.0}
                  """));
    }
  }

  @Test
  void sendsAChatAndReadsItsAnswer() throws Exception {
    String answer =
        """
        {"id": "1", "object": "chat.completion", "choices": [{"index": 0,
          "message": {"role": "assistant", "content": "Hé!"}, "finish_reason": "stop",
          "logprobs": {"content": [
            {"token": "H", "logprob": -0.5, "bytes": [72], "top_logprobs": [
              {"token": "H", "logprob": -0.5, "bytes": [72]},
              {"token": "B", "logprob": -1.5, "bytes": [66]}]},
            {"token": "é!", "logprob": -0.25, "bytes": null, "top_logprobs": []}]}}],
         "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}}
        """;
    try (TestServer server = TestServer.inTurn(Answer.json(answer));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      Completion completion =
          client.chat(
              new ChatRequest(
                  List.of(
                      ChatMessage.system("Be brief."),
                      ChatMessage.user("Hi"),
                      ChatMessage.assistant("Ho"),
                      ChatMessage.user("Hi!")),
                  Sampling.greedy(),
                  Limits.of(5, "\n"),
                  OptionalInt.of(2)));
      assertThat(completion)
          .isEqualTo(
              new Completion(
                  "Hé!",
                  FinishReason.STOP,
                  List.of(
                      new TokenLogProbability(
                          "H",
                          OptionalDouble.of(-0.5),
                          OptionalInt.empty(),
                          Map.of("H", -0.5, "B", -1.5)),
                      new TokenLogProbability(
                          "é!", OptionalDouble.of(-0.25), OptionalInt.empty(), Map.of())),
                  OptionalInt.of(9),
                  OptionalInt.of(2)));
      assertThat(server.seen().getFirst().path()).isEqualTo("/v1/chat/completions");
      assertThat(Json.read(server.seen().getFirst().body()))
          .isEqualTo(
              Json.read(
                  """
                  {"model": "merged", "messages": [
                     {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
                     {"role": "assistant", "content": "Ho"}, {"role": "user", "content": "Hi!"}],
                   "max_tokens": 5, "temperature": 0.0, "top_p": 1.0, "stop": ["\\n"],
                   "logprobs": true, "top_logprobs": 2}
                  """));
    }
  }

  @Test
  void readsParallelListsOfVllm() throws Exception {
    Completion completion =
        completed(
            """
            {"choices": [{"index": 0, "text": " upon a", "finish_reason": "length",
              "stop_reason": null, "prompt_logprobs": null,
              "logprobs": {"text_offset": [0, 5], "tokens": [" upon", " a"],
                "token_logprobs": [-0.125, -9999.0],
                "top_logprobs": [{" upon": -0.125}, {" the": -0.5, " a": -9999.0}]}}],
             "usage": {"prompt_tokens": 2, "completion_tokens": 2}}
            """);
    assertThat(completion.finish()).isEqualTo(FinishReason.LENGTH);
    assertThat(completion.tokens())
        .containsExactly(
            new TokenLogProbability(
                " upon", OptionalDouble.of(-0.125), OptionalInt.of(0), Map.of(" upon", -0.125)),
            new TokenLogProbability(
                " a",
                OptionalDouble.of(-9999),
                OptionalInt.of(5),
                Map.of(" the", -0.5, " a", -9999.0)));
  }

  @Test
  void readsParallelListsOfSglangWhoseOffsetsAreUnknown() throws Exception {
    Completion completion =
        completed(
            """
            {"choices": [{"index": 0, "text": " upon a", "finish_reason": "stop",
              "matched_stop": 2,
              "logprobs": {"text_offset": [-1, -1], "tokens": [" upon", " a"],
                "token_logprobs": [-0.5, -1.0], "top_logprobs": []}}],
             "usage": {"prompt_tokens": 2, "completion_tokens": 2, "prompt_tokens_details": null}}
            """);
    assertThat(completion.tokens())
        .extracting(TokenLogProbability::offset)
        .containsExactly(OptionalInt.empty(), OptionalInt.empty());
  }

  @Test
  void readsObjectsOfLlamaCpp() throws Exception {
    Completion completion =
        completed(
            """
            {"choices": [{"text": " upon", "index": 0, "finish_reason": "length",
              "logprobs": {"content": [{"id": 2501, "token": " upon", "bytes": [32, 117],
                "logprob": -0.75, "top_logprobs": [
                  {"id": 2501, "token": " upon", "bytes": [32, 117], "logprob": -0.75},
                  {"id": 7, "token": "?", "bytes": [239], "logprob": -3.0},
                  {"id": 8, "token": "?", "bytes": [191], "logprob": -2.0}]}]}}],
             "timings": {"prompt_n": 3}, "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
            """);
    assertThat(completion.tokens())
        .containsExactly(
            new TokenLogProbability(
                " upon",
                OptionalDouble.of(-0.75),
                OptionalInt.empty(),
                Map.of(" upon", -0.75, "?", -2.0)));
  }

  @Test
  void readsOllamaWhichReportsNoTokens() throws Exception {
    Completion completion =
        completed(
            """
            {"id": "cmpl-1", "system_fingerprint": "fp_ollama",
             "choices": [{"text": " upon", "index": 0, "finish_reason": null}],
             "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
            """);
    assertThat(completion)
        .isEqualTo(
            new Completion(
                " upon", FinishReason.OTHER, List.of(), OptionalInt.of(1), OptionalInt.of(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "stop, STOP",
    "length, LENGTH",
    "content_filter, CONTENT_FILTER",
    "tool_calls, OTHER"
  })
  void readsWhyAnAnswerEnded(String json, FinishReason reason) throws Exception {
    assertThat(
            completed(
                    "{\"choices\": [{\"text\": \"\", \"finish_reason\": \"%s\"}]}".formatted(json))
                .finish())
        .isEqualTo(reason);
  }

  @Test
  void aFilteredChatHasNoText() throws Exception {
    String answer =
        """
        {"choices": [{"message": {"role": "assistant", "content": null},
          "finish_reason": "content_filter", "logprobs": {"content": null}}]}
        """;
    try (TestServer server = TestServer.inTurn(Answer.json(answer));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      Completion completion =
          client.chat(
              ChatRequest.of(List.of(ChatMessage.user("?")), Sampling.greedy(), Limits.of(5)));
      assertThat(completion.text()).isEmpty();
      assertThat(completion.finish()).isEqualTo(FinishReason.CONTENT_FILTER);
    }
  }

  @Test
  void listsModels() throws Exception {
    String answer = "{\"object\": \"list\", \"data\": [{\"id\": \"a\"}, {\"id\": \"b:latest\"}]}";
    try (TestServer server = TestServer.inTurn(Answer.json(answer));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      assertThat(client.models()).containsExactly("a", "b:latest");
      assertThat(server.seen().getFirst().method()).isEqualTo("GET");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{} | choices: found nothing, expected a list",
        "{\"choices\": []} | choices: found 0 choices, expected one",
        "{\"choices\": [{\"text\": null}]} | choices[0].text: found nothing, expected a string",
        "{\"choices\": [{\"text\": 3}]} | choices[0].text: found 3, expected a string",
        "{\"choices\": [{\"text\": \"\", \"logprobs\": {\"a\": 1}}]} | choices[0].logprobs: found {\"a\":1}, expected a list 'content' or a list 'tokens'",
        "{\"choices\": [{\"text\": \"\", \"logprobs\": {\"tokens\": [\"a\"], \"token_logprobs\": []}}]} | choices[0].logprobs.token_logprobs: found 0 elements, expected 1, one a token",
        "{\"choices\": [{\"text\": \"\", \"logprobs\": {\"tokens\": [\"a\"], \"token_logprobs\": [3.5]}}]} | choices[0].logprobs.token_logprobs[0]: found 3.5, expected a log-probability, at most 0",
        "{\"choices\": [{\"text\": \"\", \"logprobs\": {\"content\": [{\"token\": \"a\"}]}}]} | choices[0].logprobs.content[0].logprob: found nothing, expected a number",
        "{\"choices\": [{\"text\": \"\"}], \"usage\": {\"prompt_tokens\": \"9\"}} | usage.prompt_tokens: found \"9\", expected an integer",
        "[] | found JSON of type ARRAY, expected an object",
        "{\"choices\": [{\"te | found malformed JSON (",
        "{\"choices\": [{\"text\": NaN}]} | found malformed JSON (",
        "{} {} | found malformed JSON (",
      })
  void namesWhatIsWrongWithAnAnswer(String json, String complaint) {
    assertThatThrownBy(() -> completed(json))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("/v1/completions: status 200: " + complaint);
  }

  @Test
  void namesAMissingChatMessage() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{\"choices\": [{}]}"));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      ChatRequest request =
          ChatRequest.of(List.of(ChatMessage.user("?")), Sampling.greedy(), Limits.of(5));
      assertThatThrownBy(() -> client.chat(request))
          .hasMessageContaining("choices[0].message: found nothing, expected an object");
    }
  }
}
