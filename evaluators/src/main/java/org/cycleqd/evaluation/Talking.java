package org.cycleqd.evaluation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.lm.text.ChatTemplate;

/**
 * How a model that runs here carries on dialogues.
 *
 * @param template writes them, if there is one
 * @param rows replies decoded at once; if empty, as many as {@link #MOST_BYTES} of cache hold, up
 *     to {@link #MOST_ROWS}
 * @param context most tokens of a dialogue; if empty, what the model allows, up to {@link
 *     #USUAL_CONTEXT}
 */
public record Talking(Optional<ChatTemplate> template, OptionalInt rows, OptionalInt context) {

  /** Rows at most, where nothing else is asked for. */
  public static final int MOST_ROWS = 64;

  /** Tokens of a dialogue at most, where nothing else is asked for. */
  public static final int USUAL_CONTEXT = 8192;

  /** What keys and values may take in float32, where nothing else is asked for. */
  public static final long MOST_BYTES = 4L << 30;

  /** Checks the numbers. */
  public Talking {
    if (rows.orElse(1) < 1 || context.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "found %s rows and a context of %s, expected at least 1".formatted(rows, context));
    }
  }

  /** A model that cannot. */
  public static Talking none() {
    return new Talking(Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * What of it decides on replies: the template, told by a chat that it writes, and the context.
   *
   * @throws org.cycleqd.lm.text.jinja.TemplateException if the template refuses a plain chat
   */
  public String text(int positions) {
    List<ChatMessage> chat =
        List.of(ChatMessage.user("a"), ChatMessage.assistant("b"), ChatMessage.user("c"));
    return template.map(writes -> writes.render(chat, true, Map.of())).orElse("")
        + " "
        + context(positions);
  }

  /** Most tokens of a dialogue with a model of so many positions. */
  int context(int positions) {
    return Math.min(positions, context.orElse(USUAL_CONTEXT));
  }

  /** How many replies are decoded at once, each with so many tokens of cache. */
  int rows(LlamaConfig config, int tokens) {
    long width = config.attention().keyValueWidth();
    long bytes = 2L * Float.BYTES * config.layers() * width * tokens;
    return rows.orElse(Math.clamp(MOST_BYTES / bytes, 1, MOST_ROWS));
  }
}
