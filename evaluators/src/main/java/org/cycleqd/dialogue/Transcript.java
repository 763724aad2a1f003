package org.cycleqd.dialogue;

import java.util.List;
import org.cycleqd.lm.text.ChatMessage;

/**
 * A dialogue that is over.
 *
 * @param <V> what was found out about the model
 * @param messages all that was said, in order
 * @param rounds replies of the model
 * @param tokens of these replies
 */
public record Transcript<V>(List<ChatMessage> messages, Ending<V> ending, int rounds, int tokens) {

  /** Copies the messages. */
  public Transcript {
    messages = List.copyOf(messages);
  }
}
