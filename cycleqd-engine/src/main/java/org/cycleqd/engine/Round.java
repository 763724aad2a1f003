package org.cycleqd.engine;

import java.util.List;
import java.util.Optional;

/**
 * What came of scoring candidates again.
 *
 * @param after number of the last candidate before the round
 * @param found by rising candidate number
 */
public record Round(int after, List<Found> found) {

  /** Copies the list. */
  public Round {
    found = List.copyOf(found);
  }

  /**
   * What came of one candidate.
   *
   * @param candidate its number
   * @param further scores of the further items, in task order; empty if it failed
   * @param reason why it failed, in words; empty if it did not
   */
  public record Found(int candidate, Optional<Evaluation> further, String reason) {}

  /** How many items were scored. */
  long items() {
    return found.stream()
        .flatMap(each -> each.further().stream())
        .flatMap(evaluation -> evaluation.tasks().stream())
        .mapToLong(ItemScores::size)
        .sum();
  }
}
