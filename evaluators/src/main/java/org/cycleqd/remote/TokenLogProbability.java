package org.cycleqd.remote;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a server says about one token.
 *
 * @param token its text; different tokens can have the same one, and a part of a character has none
 *     that means anything
 * @param logProbability natural logarithm of its probability given all tokens before; empty for a
 *     prompt's first token. vLLM writes -9999 for a probability of zero
 * @param offset where the server says it begins in the text, in code points, if it says so
 * @param alternatives log-probabilities of the likeliest tokens in its place, by their text
 */
public record TokenLogProbability(
    String token,
    OptionalDouble logProbability,
    OptionalInt offset,
    Map<String, Double> alternatives) {

  /** Rounding can lift the logarithm of 1 a little above 0. */
  private static final double ROUNDING = 1e-3;

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a log-probability is positive or no number, as logits and
   *     probabilities are
   */
  public TokenLogProbability {
    alternatives = Map.copyOf(alternatives);
    logProbability.ifPresent(TokenLogProbability::require);
    alternatives.values().forEach(TokenLogProbability::require);
  }

  /** Whether a number can be a log-probability. */
  static boolean isPossible(double value) {
    return value <= ROUNDING;
  }

  private static void require(double value) {
    if (!isPossible(value)) {
      throw new IllegalArgumentException(
          "token: found the log-probability %s, expected at most 0".formatted(value));
    }
  }
}
