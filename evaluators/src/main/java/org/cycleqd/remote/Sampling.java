package org.cycleqd.remote;

import java.util.List;
import java.util.OptionalLong;

/**
 * How a server chooses tokens.
 *
 * @param maxTokens most new tokens
 * @param temperature 0 for the likeliest token, 1 for the model's distribution
 * @param topP mass of the likeliest tokens that are drawn from, in (0, 1]
 * @param stop texts that end the answer and are not part of it
 * @param seed of the server's draws, where it knows such a thing
 */
public record Sampling(
    int maxTokens, double temperature, double topP, List<String> stop, OptionalLong seed) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a part is out of its range
   */
  public Sampling {
    stop = List.copyOf(stop);
    if (maxTokens < 0 || !(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "sampling: found maxTokens %d and temperature %s, expected at least 0"
              .formatted(maxTokens, temperature));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "sampling: topP: found %s, expected more than 0 and at most 1".formatted(topP));
    }
    if (stop.contains("")) {
      throw new IllegalArgumentException("sampling: stop: found an empty text, expected none");
    }
  }

  /** The likeliest tokens, up to a number. */
  public static Sampling greedy(int maxTokens, String... stop) {
    return new Sampling(maxTokens, 0, 1, List.of(stop), OptionalLong.empty());
  }
}
