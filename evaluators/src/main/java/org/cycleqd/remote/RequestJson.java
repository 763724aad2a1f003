package org.cycleqd.remote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;

/** Writes requests. */
final class RequestJson {

  private RequestJson() {}

  static String of(String model, CompletionRequest request) {
    ObjectNode json = Json.object().put("model", model);
    switch (request.prompt()) {
      case Prompt.Text(String text) -> json.put("prompt", text);
      case Prompt.Tokens tokens -> {
        ArrayNode ids = json.putArray("prompt");
        tokens.ids().forEach(ids::add);
      }
    }
    put(json, request.sampling(), request.limits());
    request.logProbabilities().ifPresent(count -> json.put("logprobs", count));
    if (request.echo()) {
      // Not written where it is false: llama.cpp's own completions do not know it.
      json.put("echo", true);
    }
    return Json.text(json);
  }

  static String of(String model, ChatRequest request) {
    ObjectNode json = Json.object().put("model", model);
    ArrayNode messages = json.putArray("messages");
    for (ChatMessage message : request.messages()) {
      messages.addObject().put("role", message.role()).put("content", message.content());
    }
    put(json, request.sampling(), request.limits());
    request
        .logProbabilities()
        .ifPresent(count -> json.put("logprobs", true).put("top_logprobs", count));
    return Json.text(json);
  }

  private static void put(ObjectNode json, Sampling sampling, Limits limits) {
    json.put("max_tokens", limits.tokens());
    json.put("temperature", sampling.temperature());
    json.put("top_p", sampling.topP());
    if (!limits.stop().isEmpty()) {
      limits.stop().forEach(json.putArray("stop")::add);
    }
    if (sampling.draws()) {
      json.put("seed", sampling.seed());
    }
  }
}
