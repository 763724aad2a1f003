package org.cycleqd.lm.text;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.lm.text.jinja.Limits;
import org.cycleqd.lm.text.jinja.Template;
import org.jspecify.annotations.Nullable;

/**
 * How a model wants a dialogue written: the Jinja template of its folder, carried out as Hugging
 * Face Transformers does. Encode the result with {@link Tokenizer#encodeWithSpecial}; a template
 * writes the token that begins a text itself.
 */
public final class ChatTemplate {

  private static final String TOOLS = "tools";
  private static final String FOR_TOOLS = "tool_use";

  private final Map<String, Template> templates;
  private final Map<String, String> specialTokens;
  private final Clock clock;

  private ChatTemplate(
      Map<String, Template> templates, Map<String, String> specialTokens, Clock clock) {
    this.templates = templates;
    this.specialTokens = specialTokens;
    this.clock = clock;
  }

  /**
   * The template of a model folder, or empty if it has none: {@code chat_template.jinja} and those
   * of {@code additional_chat_templates}, or else {@code chat_template} of {@code
   * tokenizer_config.json}, one text or a list of named ones.
   *
   * @throws IOException if a file cannot be read or a template is none; the message says where
   */
  public static Optional<ChatTemplate> of(Path folder) throws IOException {
    Map<String, Template> templates = ChatTemplateFiles.templates(folder);
    return templates.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ChatTemplate(
                templates,
                ChatTemplateFiles.specialTokens(folder),
                Clock.system(ZoneId.systemDefault())));
  }

  /**
   * The same template with another clock. Some templates write the day, so that a result which must
   * come out the same tomorrow needs a fixed clock or, as most of them allow, a variable {@code
   * date_string}.
   */
  public ChatTemplate withClock(Clock other) {
    return new ChatTemplate(templates, specialTokens, other);
  }

  /**
   * The text of a dialogue.
   *
   * @param addGenerationPrompt whether the text ends with what begins the assistant's turn
   * @param extra further variables, such as {@code tools} or {@code date_string}: strings, numbers,
   *     booleans, null, lists, and maps with strings as keys
   * @throws org.cycleqd.lm.text.jinja.TemplateException if the template refuses the dialogue or
   *     fails; the message names template, line and reason
   * @throws IllegalArgumentException if an extra variable takes the place of the dialogue's own
   */
  public String render(
      List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> extra) {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>(specialTokens);
    variables.put(TOOLS, null);
    variables.put("documents", null);
    variables.putAll(extra);
    variables.put("messages", messages.stream().map(ChatTemplate::variables).toList());
    variables.put("add_generation_prompt", addGenerationPrompt);
    for (String own : List.of("messages", "add_generation_prompt")) {
      if (extra.containsKey(own)) {
        throw new IllegalArgumentException(
            "extra variables: found %s, expected others than the dialogue's".formatted(own));
      }
    }
    return chosen(extra.get(TOOLS) != null).render(variables, clock, Limits.STANDARD);
  }

  private Template chosen(boolean withTools) {
    Template forTools = templates.get(FOR_TOOLS);
    Template plain = templates.get(ChatTemplateFiles.DEFAULT);
    if (withTools && forTools != null) {
      return forTools;
    }
    if (plain == null) {
      throw new IllegalArgumentException(
          "chat_template: found templates %s, expected one named %s"
              .formatted(templates.keySet(), ChatTemplateFiles.DEFAULT));
    }
    return plain;
  }

  private static Map<String, String> variables(ChatMessage message) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("role", message.role());
    variables.put("content", message.content());
    return variables;
  }
}
