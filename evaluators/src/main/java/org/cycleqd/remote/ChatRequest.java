package org.cycleqd.remote;

import java.util.List;
import java.util.OptionalInt;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;

/**
 * A chat to be carried on; the server puts it into the model's template.
 *
 * @param messages in order, at least one
 * @param sampling how the answer is chosen; the seed is sent if it draws
 * @param limits where the answer ends
 * @param logProbabilities how many alternatives to report for each token of the answer, beside its
 *     own log-probability; nothing is reported if empty
 */
public record ChatRequest(
    List<ChatMessage> messages, Sampling sampling, Limits limits, OptionalInt logProbabilities) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if there is no message or a negative number of alternatives
   */
  public ChatRequest {
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("chat: messages: found none, expected at least one");
    }
    CompletionRequest.requireCount(logProbabilities);
  }

  /** A chat with nothing else reported. */
  public static ChatRequest of(List<ChatMessage> messages, Sampling sampling, Limits limits) {
    return new ChatRequest(messages, sampling, limits, OptionalInt.empty());
  }
}
