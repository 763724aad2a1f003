package org.cycleqd.remote;

import java.util.List;

/**
 * Where an answer ends.
 *
 * @param tokens most new tokens
 * @param stop texts that end the answer and are not part of it
 */
public record Limits(int tokens, List<String> stop) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the number is negative or a text is empty
   */
  public Limits {
    stop = List.copyOf(stop);
    if (tokens < 0) {
      throw new IllegalArgumentException(
          "limits: tokens: found %d, expected at least 0".formatted(tokens));
    }
    if (stop.contains("")) {
      throw new IllegalArgumentException("limits: stop: found an empty text, expected none");
    }
  }

  /** A number of tokens and any texts. */
  public static Limits of(int tokens, String... stop) {
    return new Limits(tokens, List.of(stop));
  }
}
