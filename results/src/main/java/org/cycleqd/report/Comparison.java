package org.cycleqd.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * How much better a method is than a rival, item by item on the same items.
 *
 * @param method the one that is compared
 * @param rival the one it is compared with
 * @param tasks by task, in task order
 * @param mean of the mean over tasks
 */
public record Comparison(
    String method, String rival, SequencedMap<String, Difference> tasks, Difference mean) {

  /** Errors beyond which a difference is called clear. */
  private static final double CLEAR = 2.0;

  /** Copies the tasks, keeping their order. */
  public Comparison {
    tasks = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tasks));
  }

  /**
   * The difference in one task.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Difference task(String task) {
    @Nullable Difference difference = tasks.get(task);
    if (difference == null) {
      throw new IllegalArgumentException(
          "%s and %s were not compared in task %s, only in %s"
              .formatted(method, rival, task, tasks.keySet()));
    }
    return difference;
  }

  /**
   * A paired difference.
   *
   * @param value the method's score minus the rival's, in [-1, 1]
   * @param standardError of the mean of the items' differences; NaN with one item
   * @param ratio the method's score divided by the rival's; NaN where the rival has 0
   */
  public record Difference(double value, double standardError, double ratio) {

    /** Whether the difference is more than two standard errors away from zero. */
    public boolean clear() {
      return Math.abs(value) > CLEAR * standardError;
    }
  }
}
