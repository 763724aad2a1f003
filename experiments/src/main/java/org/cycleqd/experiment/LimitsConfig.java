package org.cycleqd.experiment;

import org.jspecify.annotations.Nullable;

/**
 * Where a search ends before its last child. Evaluations and stagnation are part of what makes a
 * run what it is; time and tokens only pause it: resumed, it has as much of them again.
 *
 * @param evaluations items scored, the experts' included
 * @param stagnation children in a row that no archive takes
 * @param time seconds of one start
 * @param tokens read, verified and decoded in one start
 */
public record LimitsConfig(
    @Nullable Long evaluations,
    @Nullable Integer stagnation,
    @Nullable Double time,
    @Nullable Long tokens) {

  /** Checks the numbers that are given. */
  public LimitsConfig {
    if (evaluations != null) {
      Require.atLeast("evaluations", evaluations, 1);
    }
    if (stagnation != null) {
      Require.atLeast("stagnation", stagnation, 1);
    }
    if (time != null) {
      Require.positive("time", time);
    }
    if (tokens != null) {
      Require.atLeast("tokens", tokens, 1);
    }
  }
}
