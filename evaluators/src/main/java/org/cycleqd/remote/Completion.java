package org.cycleqd.remote;

import java.util.List;
import java.util.OptionalInt;

/**
 * A server's answer to a prompt or a chat.
 *
 * @param text with the prompt before it, if an echo was asked for and given; empty if the server
 *     gave no text, as it may after filtering it
 * @param finish why it ended
 * @param tokens of the text, where the server reports them
 * @param promptTokens number of tokens of the prompt, where the server reports it
 * @param completionTokens number of new tokens, where the server reports it
 */
public record Completion(
    String text,
    FinishReason finish,
    List<TokenLogProbability> tokens,
    OptionalInt promptTokens,
    OptionalInt completionTokens) {

  /** Copies the tokens. */
  public Completion {
    tokens = List.copyOf(tokens);
  }
}
