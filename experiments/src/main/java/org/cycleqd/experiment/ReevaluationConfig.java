package org.cycleqd.experiment;

import org.jspecify.annotations.Nullable;

/**
 * When elites are scored again, on items that the search did not choose them by.
 *
 * @param every children between two rounds; null is never
 * @param items further items of each task
 */
public record ReevaluationConfig(@Nullable Integer every, @Default("20") int items) {

  /** Checks the numbers. */
  public ReevaluationConfig {
    if (every != null) {
      Require.atLeast("every", every, 1);
    }
    Require.atLeast("items", items, 1);
  }

  /** How many further items of each task there are; none where nothing is scored again. */
  public int further() {
    return every == null ? 0 : items;
  }
}
