package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.cycleqd.remote.TestServer.Answer;
import org.junit.jupiter.api.Test;

class ScoringTest {

  /** Offsets as a server counts them. */
  private enum Offsets {
    /** vLLM: lengths of the tokens before, a token for the beginning included. */
    SUMMED,
    /** In the text: tokens that are no part of it have no length. */
    IN_TEXT,
    /** SGLang: -1. */
    UNKNOWN,
    /** Nothing. */
    NONE
  }

  /** Token i has log-probability -i, the first none. The last token is the generated one. */
  private static String echo(String text, Offsets offsets, String... tokens) {
    ObjectNode json = Json.object();
    ObjectNode choice = json.putArray("choices").addObject().put("text", text);
    ObjectNode list = choice.put("finish_reason", "length").putObject("logprobs");
    ArrayNode texts = list.putArray("tokens");
    ArrayNode values = list.putArray("token_logprobs");
    ArrayNode starts = list.putArray("text_offset");
    int summed = 0;
    int inText = 0;
    for (int i = 0; i < tokens.length; i++) {
      texts.add(tokens[i]);
      if (i == 0) {
        values.addNull();
      } else {
        values.add(-i);
      }
      switch (offsets) {
        case SUMMED -> starts.add(summed);
        case IN_TEXT -> starts.add(inText);
        case UNKNOWN -> starts.add(-1);
        case NONE -> {}
      }
      int length = tokens[i].codePointCount(0, tokens[i].length());
      summed += length;
      inText += tokens[i].startsWith("<") ? 0 : length;
    }
    json.putObject("usage").put("prompt_tokens", tokens.length - 1).put("completion_tokens", 1);
    return Json.text(json);
  }

  private static Score score(ScoreRequest request, String answer) throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json(answer));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      return client.score(request);
    }
  }

  private static Score score(String prompt, String continuation, String answer) throws Exception {
    return score(new ScoreRequest.Text(prompt, continuation), answer);
  }

  @Test
  void asksForAnEchoWithLogProbabilities() throws Exception {
    try (TestServer server =
            TestServer.inTurn(Answer.json(echo("ab!", Offsets.SUMMED, "a", "b", "!")));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      client.score(new ScoreRequest.Text("a", "b"));
      assertThat(Json.read(server.seen().getFirst().body()))
          .isEqualTo(
              Json.read(
                  """
                  {"model": "merged", "prompt": "ab", "max_tokens": 1, "temperature": 1.0, "seed": 0,
                   "top_p": 1.0, "logprobs": 1, "echo": true}
                  """));
    }
  }

  @Test
  void sumsTheContinuationsTokensAndLeavesOutTheGeneratedOne() throws Exception {
    for (Offsets offsets : Offsets.values()) {
      Score score =
          score(
              "The sky",
              " is blue",
              echo("The sky is blue.", offsets, "The", " sky", " is", " blue", "."));
      assertThat(score.logProbability()).isEqualTo(-5);
      assertThat(score.tokens())
          .extracting(TokenLogProbability::token)
          .containsExactly(" is", " blue");
    }
  }

  @Test
  void aTokenForTheBeginningShiftsNothing() throws Exception {
    for (Offsets offsets : Offsets.values()) {
      String[] tokens = {"<|begin_of_text|>", "The", " sky", " is", "."};
      String answer = echo("The sky is.", offsets, tokens);
      assertThat(score("The sky", " is", answer).logProbability()).isEqualTo(-3);
      assertThat(score("", "The sky is", answer).logProbability()).isEqualTo(-6);
    }
  }

  @Test
  void countsCodePointsAsServersDo() throws Exception {
    String answer = echo("a🙂b ja!", Offsets.SUMMED, "a", "🙂", "b", " ja", "!");
    assertThat(score("a🙂b", " ja", answer).logProbability()).isEqualTo(-3);
    assertThat(score("a", "🙂b ja", answer).logProbability()).isEqualTo(-6);
  }

  @Test
  void tokensWithoutTextCountExceptAtTheBoundaryWhereTheyCouldBeOnEitherSide() throws Exception {
    String answer = echo("a🙂b", Offsets.SUMMED, "<s>", "a", "", "🙂", "b");
    assertThat(score("", "a🙂", answer).logProbability()).isEqualTo(-6);
    assertThatThrownBy(() -> score("a", "🙂", answer))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("token 2: found '' across the continuation's begin at character 1");
  }

  @Test
  void refusesATokenAcrossTheBoundary() {
    String answer = echo("The sky is.", Offsets.SUMMED, "The", " sky", " is", ".");
    assertThatThrownBy(() -> score("The sky ", "is", answer))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("token 2: found ' is' across the continuation's begin at character 8")
        .hasMessageContaining("move the space to the continuation");
  }

  @Test
  void refusesATokenAcrossTheEnd() {
    String answer = echo("The sky isn't", Offsets.SUMMED, "The", " sky", " isn't", "");
    assertThatThrownBy(() -> score("The sky", " is", answer))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("do not make up the prompt");
  }

  @Test
  void refusesTokensThatDoNotMakeUpTheText() {
    // Decoding tokens one by one drops the spaces of some tokenizers, and cuts characters.
    assertThatThrownBy(() ->
            score("The sky", " is", echo("The sky is.", Offsets.SUMMED, "The", "sky", "is", ".")))
        .hasMessageContaining("do not make up the prompt");
    assertThatThrownBy(
            () -> score("a", "🙂", echo("a🙂!", Offsets.SUMMED, "a", "\uFFFD", "\uFFFD", "!")))
        .hasMessageContaining("do not make up the prompt");
  }

  @Test
  void refusesOffsetsThatContradictTheTokens() {
    String answer =
        echo("The sky is.", Offsets.SUMMED, "The", " sky", " is", ".").replace("[0,3,", "[0,4,");
    assertThatThrownBy(() -> score("The sky", " is", answer))
        .hasMessageContaining("do not make up the prompt");
  }

  @Test
  void refusesAServerWithoutLogProbabilities() {
    String ollama = "{\"choices\": [{\"text\": \" blue\", \"finish_reason\": \"length\"}]}";
    assertThatThrownBy(() -> score("The sky", " is", ollama))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("choices[0].logprobs: found no log-probabilities")
        .hasMessageContaining("which this server does not give");
  }

  @Test
  void refusesAServerThatIgnoresTheEcho() {
    String ignoring =
        """
        {"choices": [{"text": " blue", "finish_reason": "length", "logprobs": {"content": [
          {"token": " blue", "logprob": -0.5, "top_logprobs": []}]}}],
         "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
        """;
    assertThatThrownBy(() -> score("The sky", " is", ignoring))
        .hasMessageContaining("choices[0].text: found ' blue', expected the prompt first");
    assertThatThrownBy(() -> score(new ScoreRequest.Tokens(List.of(1, 2), List.of(3)), ignoring))
        .hasMessageContaining("found 1 tokens, 3 of the prompt, expected 3 of the prompt");
  }

  @Test
  void refusesTextThatIsEchoedWithoutItsLogProbabilities() {
    String half =
        """
        {"choices": [{"text": "The sky is blue", "logprobs": {"tokens": [" blue"],
          "token_logprobs": [-0.5], "top_logprobs": [], "text_offset": [0]}}]}
        """;
    assertThatThrownBy(() -> score("The sky", " is", half))
        .hasMessageContaining("do not make up the prompt");
  }

  @Test
  void refusesAnEchoThatIsRefused() throws Exception {
    String error = "{\"error\": {\"code\": 400, \"message\": \"Only no echo is supported\"}}";
    try (TestServer server = TestServer.inTurn(Answer.json(400, error));
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      assertThatThrownBy(() -> client.score(new ScoreRequest.Text("a", "b")))
          .hasMessageContaining("status 400: found 'Only no echo is supported', expected success");
    }
  }

  @Test
  void refusesAFirstTokenThatHasNoProbability() {
    assertThatThrownBy(() -> score("", "ab", echo("ab!", Offsets.SUMMED, "a", "b", "!")))
        .hasMessageContaining("token 0: found no log-probability");
  }

  @Test
  void scoresTokenIdsByTheirNumber() throws Exception {
    // Texts do not matter: spaces are dropped here, and a character is cut.
    String answer = echo("", Offsets.SUMMED, "The", "sky", "\uFFFD", "\uFFFD", ".");
    ScoreRequest request = new ScoreRequest.Tokens(List.of(5, 6), List.of(7, 8));
    assertThat(score(request, answer).logProbability()).isEqualTo(-5);
  }

  @Test
  void refusesTokenIdsWithATokenAdded() {
    String answer = echo("", Offsets.SUMMED, "<s>", "The", " sky", " is", ".");
    ScoreRequest request = new ScoreRequest.Tokens(List.of(5, 6), List.of(7));
    assertThatThrownBy(() -> score(request, answer))
        .hasMessageContaining("found 5 tokens, 4 of the prompt, expected 3 of the prompt");
  }

  @Test
  void scoresManyInOrder() throws Exception {
    try (TestServer server =
            new TestServer(seen -> {
              String last = seen.body().contains("\"ab\"") ? "b" : "c";
              return Answer.json(
                  echo("a" + last + "!", Offsets.SUMMED, "a", last, "!")
                      .replace("-1", last.equals("b") ? "-0.5" : "-2.5"));
            });
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      assertThat(
              client.scoreAll(
                  List.of(
                      new ScoreRequest.Text("a", "b"),
                      new ScoreRequest.Text("a", "c"),
                      new ScoreRequest.Text("a", "b"))))
          .extracting(Score::logProbability)
          .containsExactly(-0.5, -2.5, -0.5);
    }
  }
}
