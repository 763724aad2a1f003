package org.cycleqd.engine;

import java.util.ArrayList;
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

  /** These scores, followed by those of further items of the same tasks. */
  Evaluation with(Evaluation further) {
    List<ItemScores> all = new ArrayList<>();
    for (int task = 0; task < tasks.size(); task++) {
      double[] before = tasks.get(task).toArray();
      double[] after = further.tasks.get(task).toArray();
      double[] both = Arrays.copyOf(before, before.length + after.length);
      System.arraycopy(after, 0, both, before.length, after.length);
      all.add(ItemScores.of(both));
    }
    return new Evaluation(all);
  }

  /** The candidate that archives are offered. */
  Elite elite(int candidate) {
    return new Elite(candidate, scores(), tasks);
  }
}
