package org.cycleqd.archive;

import java.util.List;

/**
 * A candidate as an archive sees it.
 *
 * @param candidate its number in the run; later candidates have larger numbers
 * @param scores its score in every task, in task order; finite
 * @param items the scores of every task's items, in task order; empty where they are not known
 */
public record Elite(int candidate, List<Double> scores, List<? extends ItemVector> items) {

  /** Copies the lists and checks the scores. */
  public Elite {
    scores = List.copyOf(scores);
    items = List.copyOf(items);
    if (candidate < 0) {
      throw new IllegalArgumentException("candidate numbers start at 0, got " + candidate);
    }
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException(
            "candidate %d: scores must be finite, got %s".formatted(candidate, scores));
      }
    }
    if (!items.isEmpty() && items.size() != scores.size()) {
      throw new IllegalArgumentException(
          "candidate %d: found items of %d tasks, expected %d or none"
              .formatted(candidate, items.size(), scores.size()));
    }
  }

  /** A candidate of which only the tasks' scores are known. */
  public Elite(int candidate, List<Double> scores) {
    this(candidate, scores, List.of());
  }
}
