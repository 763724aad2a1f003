package org.cycleqd.evaluation;

import org.cycleqd.lm.Sampling;

/**
 * How often items are asked, and how tokens are chosen.
 *
 * @param repeats how often each item is asked; its score is the mean
 * @param sampling draws depend on its seed, the item, the repeat and, in dialogues, the turn
 */
public record Trials(int repeats, Sampling sampling) {

  /** Checks the number. */
  public Trials {
    if (repeats < 1) {
      throw new IllegalArgumentException(
          "repeats: found %d, expected at least 1".formatted(repeats));
    }
  }

  /** Once, always the most probable token. */
  public static Trials once() {
    return new Trials(1, Sampling.greedy());
  }
}
