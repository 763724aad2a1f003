package org.cycleqd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a request wants to be answered.
 *
 * @param maxTokens most new tokens, if the request limits them
 * @param choices how many answers
 * @param seed of the draws, if the request names one
 * @param stop texts that end an answer and are no part of it
 * @param alternatives how many of the most probable tokens are reported beside each token's own
 *     log-probability; nothing is if empty
 * @param stream whether the answer is sent piece by piece
 * @param usage whether a stream ends with the numbers of tokens
 */
record Wish(
    OptionalInt maxTokens,
    double temperature,
    double topP,
    int choices,
    OptionalLong seed,
    List<String> stop,
    OptionalInt alternatives,
    boolean stream,
    boolean usage) {

  private static final int MOST_CHOICES = 128;

  /**
   * Reads what completions and chats have in common.
   *
   * @param maxTokens as each of them names it
   * @param alternatives likewise
   */
  static Wish of(Body body, OptionalInt maxTokens, OptionalInt alternatives) throws ApiException {
    double temperature = body.number("temperature").orElse(1);
    double topP = body.number("top_p").orElse(1);
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw ApiException.field("temperature", Double.toString(temperature), "a number from 0");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw ApiException.field("top_p", Double.toString(topP), "a number above 0, up to 1");
    }
    for (String penalty : List.of("presence_penalty", "frequency_penalty", "min_p")) {
      body.neutral(penalty, 0);
    }
    body.neutral("repetition_penalty", 1);
    body.neutral("top_k", -1, 0);
    body.neutral("best_of", 1);
    body.neutral("logit_bias", "");
    body.value("user");
    return new Wish(
        maxTokens,
        temperature,
        topP,
        body.integer("n", 1, MOST_CHOICES).orElse(1),
        body.seed("seed"),
        stops(body.value("stop")),
        alternatives,
        body.flag("stream"),
        usage(body));
  }

  private static List<String> stops(Optional<JsonNode> value) throws ApiException {
    List<String> stops = new ArrayList<>();
    if (value.isPresent()) {
      JsonNode node = value.get();
      for (JsonNode each : node.isArray() ? node : List.of(node)) {
        if (!each.isTextual() || each.textValue().isEmpty()) {
          throw ApiException.field("stop", Json.shown(node), "a text or a list of texts");
        }
        stops.add(each.textValue());
      }
    }
    return stops;
  }

  private static boolean usage(Body body) throws ApiException {
    Optional<JsonNode> options = body.value("stream_options");
    if (options.isEmpty()) {
      return false;
    }
    JsonNode wanted = options.get().path("include_usage");
    if (!options.get().isObject() || options.get().size() != 1 || !wanted.isBoolean()) {
      throw ApiException.field(
          "stream_options", Json.shown(options.get()), "{\"include_usage\": true}");
    }
    return wanted.booleanValue();
  }
}
