package org.cycleqd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.cycleqd.lm.Detail;

/**
 * A request for completions.
 *
 * @param prompts token ids, each at least one
 * @param texts the prompts as texts, for the echo
 * @param echo whether the answer begins with the prompt
 */
record CompletionCall(List<int[]> prompts, List<String> texts, boolean echo, Wish wish) {

  private static final int MAX_TOKENS = 16;

  static CompletionCall of(Body body, ServedModel model) throws ApiException {
    List<int[]> prompts = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    JsonNode prompt =
        body.value("prompt")
            .orElseThrow(() ->
                ApiException.field("prompt", "nothing", "a text, token ids, or a list of these"));
    boolean one = prompt.isTextual() || (prompt.size() > 0 && prompt.get(0).isNumber());
    for (JsonNode each : one ? List.of(prompt) : prompt) {
      int[] ids = each.isTextual() ? model.prompt(each.textValue()) : ids(each, model);
      prompts.add(ids);
      texts.add(each.isTextual() ? each.textValue() : model.tokenizer().decode(ids, false));
    }
    if (prompts.isEmpty() || prompts.stream().anyMatch(ids -> ids.length == 0)) {
      throw ApiException.field("prompt", Json.shown(prompt), "at least one token");
    }
    boolean echo = body.flag("echo");
    body.neutral("suffix", "");
    OptionalInt maxTokens = body.integer("max_tokens", echo ? 0 : 1, Integer.MAX_VALUE);
    OptionalInt alternatives = body.integer("logprobs", 0, Detail.MOST);
    Wish wish = Wish.of(body, maxTokens, alternatives);
    if (echo && (wish.choices() > 1 || wish.stream())) {
      throw ApiException.field("echo", "true", "false for streams and for n above 1");
    }
    return new CompletionCall(prompts, texts, echo, wish);
  }

  int limit() {
    return wish.maxTokens().orElse(MAX_TOKENS);
  }

  private static int[] ids(JsonNode node, ServedModel model) throws ApiException {
    int words = model.tokenizer().vocabularySize();
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode each = node.get(i);
      boolean id = each.canConvertToInt() && each.isIntegralNumber();
      if (!id || each.intValue() < 0 || each.intValue() >= words) {
        throw ApiException.field(
            "prompt", Json.shown(each), "texts, or token ids from 0 to %d".formatted(words - 1));
      }
      ids[i] = each.intValue();
    }
    if (!node.isArray()) {
      throw ApiException.field("prompt", Json.shown(node), "a text or a list of token ids");
    }
    return ids;
  }
}
