package org.cycleqd.remote;

import java.util.List;
import java.util.OptionalDouble;

/** Finds the continuation's tokens in an echo, or refuses. */
final class Scoring {

  private static final String TEXT = "choices[0].text";
  private static final String LIST = "choices[0].logprobs";

  private final Reply reply;
  private final List<TokenLogProbability> tokens;

  private Scoring(Reply reply, List<TokenLogProbability> tokens) {
    this.reply = reply;
    this.tokens = tokens;
  }

  static Score read(ScoreRequest request, Reply reply) throws RemoteException {
    Completion echo = CompletionReader.completion(reply);
    Scoring scoring = new Scoring(reply, echo.tokens());
    if (echo.tokens().isEmpty()) {
      throw reply.refusal(
          LIST, "no log-probabilities", "those of the prompt, which this server does not give");
    }
    return switch (request) {
      case ScoreRequest.Text texts -> scoring.byText(texts, echo.text());
      case ScoreRequest.Tokens ids -> scoring.byCount(ids, echo);
    };
  }

  private Score byText(ScoreRequest.Text request, String echo) throws RemoteException {
    String whole = request.prompt() + request.continuation();
    if (!echo.startsWith(whole)) {
      throw reply.refusal(TEXT, "'" + echo + "'", "the prompt first; this server does not echo it");
    }
    Spans spans =
        Spans.covering(whole, tokens)
            .orElseThrow(() ->
                reply.refusal(
                    LIST,
                    "tokens whose texts and offsets do not make up the prompt",
                    "those of the prompt (with token ids there is no such doubt)"));
    int boundary = request.prompt().codePointCount(0, request.prompt().length());
    int straddling = spans.straddling(boundary);
    if (straddling >= 0) {
      throw reply.refusal(
          "%s: token %d".formatted(LIST, straddling),
          "'%s' across the continuation's begin at character %d"
              .formatted(tokens.get(straddling).token(), boundary),
          "a token to begin there (move the space to the continuation, or score token ids)");
    }
    return score(spans.firstFrom(boundary), spans.end());
  }

  private Score byCount(ScoreRequest.Tokens request, Completion echo) throws RemoteException {
    int from = request.prompt().size();
    int to = from + request.continuation().size();
    // The one new token may be there or not; one more at the front would shift everything.
    boolean fits = tokens.size() == to || tokens.size() == to + 1;
    if (!fits || echo.promptTokens().orElse(to) != to) {
      throw reply.refusal(
          LIST,
          "%d tokens, %s of the prompt"
              .formatted(
                  tokens.size(),
                  echo.promptTokens().isPresent() ? echo.promptTokens().getAsInt() : "some"),
          "%d of the prompt and at most one more; this server does not echo it as it is"
              .formatted(to));
    }
    return score(from, to);
  }

  private Score score(int from, int to) throws RemoteException {
    for (int i = from; i < to; i++) {
      OptionalDouble value = tokens.get(i).logProbability();
      if (value.isEmpty()) {
        throw reply.refusal(
            "%s: token %d".formatted(LIST, i),
            "no log-probability",
            "one (the first token of all has none; begin with another)");
      }
    }
    return Score.of(tokens.subList(from, to));
  }
}
