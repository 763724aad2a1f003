package org.cycleqd.remote;

import java.util.List;

/** What a completion continues. */
public sealed interface Prompt {

  /**
   * A text, which the server turns into tokens, with a token for its beginning if the model has
   * one.
   *
   * @param text may be empty
   */
  record Text(String text) implements Prompt {}

  /**
   * Tokens, taken as they are. Ollama does not know such prompts.
   *
   * @param ids not negative
   */
  record Tokens(List<Integer> ids) implements Prompt {

    /**
     * Copies the ids.
     *
     * @throws IllegalArgumentException if there is none, or a negative one
     */
    public Tokens {
      ids = List.copyOf(ids);
      if (ids.isEmpty() || ids.stream().anyMatch(id -> id < 0)) {
        throw new IllegalArgumentException(
            "prompt: ids: found %s, expected token ids".formatted(ids));
      }
    }
  }
}
