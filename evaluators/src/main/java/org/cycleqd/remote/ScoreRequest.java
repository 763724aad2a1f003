package org.cycleqd.remote;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.cycleqd.lm.Sampling;

/**
 * A continuation whose likelihood after a prompt is asked for. As texts, both are tokenised in one
 * piece and a token has to begin where the continuation does: end the prompt before the space, not
 * after it. As tokens, they are taken as they are.
 */
public sealed interface ScoreRequest {

  /** Prompt and continuation as the server gets them. */
  Prompt whole();

  /**
   * Texts.
   *
   * @param prompt may be empty for a model that has a token for the beginning
   * @param continuation not empty
   */
  record Text(String prompt, String continuation) implements ScoreRequest {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is no continuation
     */
    public Text {
      if (continuation.isEmpty()) {
        throw new IllegalArgumentException("score: continuation: found nothing, expected a text");
      }
    }

    @Override
    public Prompt whole() {
      return new Prompt.Text(prompt + continuation);
    }
  }

  /**
   * Token ids.
   *
   * @param prompt not empty, as the first token of all has no probability
   * @param continuation not empty
   */
  record Tokens(List<Integer> prompt, List<Integer> continuation) implements ScoreRequest {

    /**
     * Copies the ids.
     *
     * @throws IllegalArgumentException if a part is empty
     */
    public Tokens {
      prompt = List.copyOf(prompt);
      continuation = List.copyOf(continuation);
      if (prompt.isEmpty() || continuation.isEmpty()) {
        throw new IllegalArgumentException(
            "score: found %d and %d token ids, expected some before and some after the boundary"
                .formatted(prompt.size(), continuation.size()));
      }
    }

    @Override
    public Prompt whole() {
      return new Prompt.Tokens(Stream.concat(prompt.stream(), continuation.stream()).toList());
    }
  }

  /**
   * The request whose answer holds the score. One new token, which is left out of the score: not
   * every server takes 0. Temperature 1, as some servers report probabilities after it.
   */
  default CompletionRequest asCompletion() {
    Sampling one = new Sampling(1, 1, 0);
    return new CompletionRequest(whole(), one, Limits.of(1), OptionalInt.of(1), true);
  }
}
