package org.cycleqd.export;

/**
 * How the model did on a task's test split.
 *
 * @param task the task's name
 * @param metric what is averaged, such as "exact match"
 * @param score mean over the items, a fraction in [0,1]
 * @param standardError standard error of that mean, 0 or more
 * @param items number of items that were scored, positive
 */
public record TaskScore(String task, String metric, double score, double standardError, int items) {

  /** Checks the ranges. */
  public TaskScore {
    if (!(score >= 0 && score <= 1) || !(standardError >= 0) || items <= 0) {
      throw new IllegalArgumentException(
          "task %s: found score %s, standard error %s, %d items; expected a fraction, 0 or more, 1 or more"
              .formatted(task, score, standardError, items));
    }
  }
}
