package org.cycleqd.engine;

import org.jspecify.annotations.Nullable;

/**
 * Where a search ends before its last child. Both limits follow from the journal alone, so a search
 * ends after the same child whenever and however it is run, and they are part of its header. Time
 * and tokens, which differ from run to run, are an {@link Allowance}.
 *
 * @param evaluations the search ends once so many items are scored, the experts' included; null is
 *     no limit
 * @param stagnation the search ends once so many children in a row entered no archive; null is no
 *     limit
 */
public record Limits(@Nullable Long evaluations, @Nullable Integer stagnation) {

  /** Checks that what is given is positive. */
  public Limits {
    if (evaluations != null && evaluations < 1) {
      throw new IllegalArgumentException("evaluations must be positive, was " + evaluations);
    }
    if (stagnation != null && stagnation < 1) {
      throw new IllegalArgumentException("stagnation must be positive, was " + stagnation);
    }
  }
}
