package org.cycleqd.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A method's scores in all tasks.
 *
 * @param name of the method
 * @param kind what it is
 * @param scores by task, in task order
 * @param mean mean over tasks, a fraction in [0, 1]
 * @param meanStandardError its standard error, {@code sqrt(sum of squared errors) / K}, since tasks
 *     have no items in common; NaN where a task's error is not known
 */
public record MethodScore(
    String name,
    Kind kind,
    SequencedMap<String, TaskScore> scores,
    double mean,
    double meanStandardError) {

  /** What a method is. */
  public enum Kind {
    /** The model all experts were tuned from. */
    BASE,
    /** A fine-tuned ingredient. */
    EXPERT,
    /** The plain average of the experts. */
    AVERAGE,
    /** The experts merged by another method, without a search. */
    MERGE,
    /** The best elite of one archive: a specialist. */
    ELITE,
    /** The child with the best mean over tasks on the split that selects. */
    BEST,
    /** The elites merged into one model. */
    AGGREGATE;

    /** The name in {@code summary.json}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the scores, keeping their order. */
  public MethodScore {
    scores = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scores));
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("method %s has no scores".formatted(name));
    }
  }

  /**
   * The score in one task.
   *
   * @throws IllegalArgumentException if there is none
   */
  public TaskScore score(String task) {
    @Nullable TaskScore score = scores.get(task);
    if (score == null) {
      throw new IllegalArgumentException(
          "method %s has no score in task %s, only in %s".formatted(name, task, scores.keySet()));
    }
    return score;
  }
}
