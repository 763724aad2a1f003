package org.cycleqd.lm;

import java.util.Set;

/**
 * How an answer is generated.
 *
 * @param limit most new tokens
 * @param ends tokens that end it; may be empty
 * @param sampling how tokens are chosen
 */
public record Generation(int limit, Set<Integer> ends, Sampling sampling) {

  /** Checks that the limit is positive. */
  public Generation {
    ends = Set.copyOf(ends);
    if (limit < 1) {
      throw new IllegalArgumentException("limit %d must be positive".formatted(limit));
    }
  }

  /** A greedy answer. */
  public static Generation greedy(int limit, Set<Integer> ends) {
    return new Generation(limit, ends, Sampling.greedy());
  }
}
