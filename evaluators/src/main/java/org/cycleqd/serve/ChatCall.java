package org.cycleqd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.cycleqd.lm.Detail;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.jinja.TemplateException;

/**
 * A request for the next turn of a chat.
 *
 * @param prompt token ids of the dialogue as the model's template writes it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
record ChatCall(int[] prompt, Wish wish) {

  static ChatCall of(Body body, ServedModel model) throws ApiException {
    ChatTemplate template =
        model
            .template()
            .orElseThrow(() ->
                ApiException.of(
                    400,
                    "model %s: found no chat template, expected chat_template.jinja or"
                            .formatted(model.name())
                        + " chat_template in tokenizer_config.json; completions need none"));
    List<ChatMessage> messages = messages(body);
    Map<String, Object> extra =
        body.object("chat_template_kwargs").map(Json::map).orElseGet(Map::of);
    for (String tools : List.of("tools", "functions")) {
      body.neutral(tools, "");
    }
    body.neutral("tool_choice", "none", "auto");
    Optional<ObjectNode> format = body.object("response_format");
    if (format.isPresent() && !format.get().path("type").asText().equals("text")) {
      throw ApiException.field("response_format", Json.shown(format.get()), "type text");
    }
    OptionalInt older = body.integer("max_tokens", 1, Integer.MAX_VALUE);
    OptionalInt newer = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    boolean reported = body.flag("logprobs");
    OptionalInt top = body.integer("top_logprobs", 0, Detail.MOST);
    if (top.isPresent() && !reported) {
      throw ApiException.field(
          "top_logprobs", Integer.toString(top.getAsInt()), "logprobs to be true");
    }
    OptionalInt alternatives = reported ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty();
    Wish wish = Wish.of(body, newer.isPresent() ? newer : older, alternatives);
    String text;
    try {
      text = template.render(messages, true, extra);
    } catch (TemplateException | IllegalArgumentException e) {
      throw ApiException.of(400, "messages: " + e.getMessage());
    }
    int[] prompt = model.tokenizer().encodeWithSpecial(text);
    if (prompt.length == 0) {
      throw ApiException.of(400, "messages: the chat template made no token of them");
    }
    return new ChatCall(prompt, wish);
  }

  /** The rest of the context, unless the request says otherwise. */
  int limit(ServedModel model) {
    return wish.maxTokens().orElse(Math.max(1, model.loop().capacity() - prompt.length));
  }

  private static List<ChatMessage> messages(Body body) throws ApiException {
    Optional<JsonNode> list = body.value("messages");
    if (list.isEmpty() || !list.get().isArray() || list.get().isEmpty()) {
      throw ApiException.field(
          "messages", list.map(Json::shown).orElse("nothing"), "a list of messages");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode node : list.get()) {
      String place = "messages[%d]".formatted(messages.size());
      String role = node.path("role").asText();
      if (!(node instanceof ObjectNode message) || role.isEmpty()) {
        throw ApiException.field(place, Json.shown(node), "an object with role and content");
      }
      Set<String> others =
          message.properties().stream()
              .map(Map.Entry::getKey)
              .filter(name -> !name.equals("role") && !name.equals("content"))
              .collect(Collectors.toSet());
      if (!others.isEmpty()) {
        throw ApiException.field(place, "fields " + others, "role and content only");
      }
      messages.add(new ChatMessage(role, content(place + ".content", node.path("content"))));
    }
    return messages;
  }

  private static String content(String place, JsonNode node) throws ApiException {
    if (node.isTextual()) {
      return node.textValue();
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode part : node) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw ApiException.field(place, Json.shown(part), "parts of type text");
      }
      parts.add(part.path("text").textValue());
    }
    if (!node.isArray() || parts.isEmpty()) {
      throw ApiException.field(place, Json.shown(node), "a text");
    }
    return String.join("\n", parts);
  }
}
