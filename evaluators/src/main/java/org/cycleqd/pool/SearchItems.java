package org.cycleqd.pool;

import org.cycleqd.task.Split;

/**
 * What a search may see: an examination of optimisation items. A search's evaluator takes nothing
 * else, so no test or validation item can reach it.
 *
 * @param examination all its exams are of {@link Split#OPTIMISATION}
 */
public record SearchItems(Examination examination) {

  /** Refuses items of other splits. */
  public SearchItems {
    for (Exam exam : examination.exams()) {
      if (exam.split() != Split.OPTIMISATION) {
        throw new IllegalArgumentException(
            "task %s: found items of split %s, expected %s: a search sees no others"
                .formatted(exam.name(), exam.split(), Split.OPTIMISATION));
      }
    }
  }
}
