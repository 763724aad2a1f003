package org.cycleqd.archive;

import java.util.List;

/**
 * A candidate as an archive sees it.
 *
 * @param candidate its number in the run; later candidates have larger numbers
 * @param scores its score in every task, in task order; finite
 */
public record Elite(int candidate, List<Double> scores) {

  /** Copies the scores and checks them. */
  public Elite {
    scores = List.copyOf(scores);
    if (candidate < 0) {
      throw new IllegalArgumentException("candidate numbers start at 0, got " + candidate);
    }
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException(
            "candidate %d: scores must be finite, got %s".formatted(candidate, scores));
      }
    }
  }
}
