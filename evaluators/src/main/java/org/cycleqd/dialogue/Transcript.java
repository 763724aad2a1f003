package org.cycleqd.dialogue;

import java.util.List;
import java.util.Optional;
import org.cycleqd.lm.text.ChatMessage;

/**
 * A dialogue that is over.
 *
 * @param <V> what was found out about the model
 * @param messages all that was said, in order
 * @param opening how many of them were there before the model's first turn
 * @param verdict the environment's, also where the dialogue was ended for it; empty if it failed or
 *     has none
 * @param rounds replies of the model
 * @param tokens of these replies
 * @param cut whether the last of them has reached its limit, and not its end
 */
public record Transcript<V>(
    List<ChatMessage> messages,
    int opening,
    Ending<V> ending,
    Optional<V> verdict,
    int rounds,
    int tokens,
    boolean cut) {

  /** Copies the messages. */
  public Transcript {
    messages = List.copyOf(messages);
  }
}
