package org.cycleqd.experiment;

import org.jspecify.annotations.Nullable;

/**
 * What a candidate must pass before any item is scored; one that does not is a recorded failure.
 *
 * @param normRatio largest norm of a candidate's task vector in a tensor, in units of the largest
 *     expert's; null for no limit
 * @param logits whether the logits of a prompt of each task must be finite
 * @param repetitions refuses a model that answers a prompt of each task by so many repetitions of
 *     the same tokens up to the limit; null refuses none
 */
public record ScreeningConfig(
    @Nullable Double normRatio, @Default("false") boolean logits, @Nullable Integer repetitions) {

  /** Checks the numbers. */
  public ScreeningConfig {
    if (normRatio != null) {
      Require.positive("norm_ratio", normRatio);
    }
    if (repetitions != null) {
      Require.between("repetitions", repetitions, 2, 1000);
    }
  }

  /** The values in one line, as journals hold them. */
  public String text() {
    return "norm_ratio %s, logits %s, repetitions %s"
        .formatted(
            normRatio == null ? "any" : normRatio,
            logits,
            repetitions == null ? "any" : repetitions);
  }

  /** Whether nothing is screened. */
  public boolean off() {
    return normRatio == null && !logits && repetitions == null;
  }
}
