package org.cycleqd.engine;

import java.util.Arrays;
import java.util.List;
import org.cycleqd.archive.Elite;

/**
 * What a model scored.
 *
 * @param tasks the item scores of every task, in task order
 */
public record Evaluation(List<ItemScores> tasks) {

  /** Copies the list. */
  public Evaluation {
    tasks = List.copyOf(tasks);
  }

  /** One array of item scores per task, in task order. */
  public static Evaluation of(double[]... items) {
    return new Evaluation(Arrays.stream(items).map(ItemScores::of).toList());
  }

  /** One score per task, in task order: the mean over the task's items, in [0, 1]. */
  public List<Double> scores() {
    return tasks.stream().map(ItemScores::mean).toList();
  }

  /** The candidate that archives are offered. */
  Elite elite(int candidate) {
    return new Elite(candidate, scores(), tasks);
  }
}
