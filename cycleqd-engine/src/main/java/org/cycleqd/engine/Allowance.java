package org.cycleqd.engine;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What one start of a search may spend. It is asked after every candidate that was scored; when it
 * is spent, no further child is begun, those in flight are finished and recorded, and the search
 * returns. The journal then is the beginning of the journal without an allowance, and the next
 * start goes on from there with an allowance of its own.
 */
@FunctionalInterface
public interface Allowance {

  /** No limit. */
  Allowance UNLIMITED = Optional::empty;

  /** What is spent, if anything is. */
  Optional<Ending> spent();

  /**
   * Time from now on.
   *
   * @param seconds above 0
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  static Allowance time(double seconds, LongSupplier nanoTime) {
    if (!(seconds > 0)) {
      throw new IllegalArgumentException("an allowance of time must be positive, was " + seconds);
    }
    long start = nanoTime.getAsLong();
    return () ->
        nanoTime.getAsLong() - start >= seconds * 1e9 ? Optional.of(Ending.TIME) : Optional.empty();
  }

  /**
   * Tokens, as the evaluator counts them.
   *
   * @param tokens above 0
   * @param spent how many are spent by now
   */
  static Allowance tokens(long tokens, LongSupplier spent) {
    if (tokens < 1) {
      throw new IllegalArgumentException("an allowance of tokens must be positive, was " + tokens);
    }
    return () -> spent.getAsLong() >= tokens ? Optional.of(Ending.TOKENS) : Optional.empty();
  }

  /** Both: what is spent first ends the start. */
  default Allowance and(Allowance other) {
    return () -> spent().or(other::spent);
  }
}
