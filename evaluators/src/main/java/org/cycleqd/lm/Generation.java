package org.cycleqd.lm;

import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * How an answer is generated.
 *
 * @param limit most new tokens
 * @param ends tokens that end it; may be empty
 * @param sampling how tokens are chosen
 * @param stop makes for each answer what is told its tokens one after the other and says which one
 *     is the last
 */
public record Generation(
    int limit, Set<Integer> ends, Sampling sampling, Supplier<IntPredicate> stop) {

  /** Checks that the limit is positive. */
  public Generation {
    ends = Set.copyOf(ends);
    if (limit < 1) {
      throw new IllegalArgumentException("limit %d must be positive".formatted(limit));
    }
  }

  /** An answer that only its end tokens and its limit end. */
  public Generation(int limit, Set<Integer> ends, Sampling sampling) {
    this(limit, ends, sampling, () -> _ -> false);
  }

  /** A greedy answer. */
  public static Generation greedy(int limit, Set<Integer> ends) {
    return new Generation(limit, ends, Sampling.greedy());
  }

  /** The same, ended also by what else is said. */
  public Generation until(Supplier<IntPredicate> other) {
    return new Generation(limit, ends, sampling, other);
  }
}
