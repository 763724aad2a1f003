package org.cycleqd.archive;

import java.util.List;

/**
 * The scores that an axis tells apart: {@code low} up to {@code high}.
 *
 * @param low lower end, in the unit of the score
 * @param high upper end, above {@code low}; may exceed the best score there can be
 */
public record Range(double low, double high) {

  /** All scores there are: a score is a fraction in [0, 1]. */
  public static final Range UNIT = new Range(0.0, 1.0);

  /** Checks that the ends are finite and in order. */
  public Range {
    if (!Double.isFinite(low) || !Double.isFinite(high) || !(low < high)) {
      throw new IllegalArgumentException(
          "a range needs finite ends with low < high, got %s to %s".formatted(low, high));
    }
  }

  /**
   * The rule of the paper (arXiv 2410.14735, section 4.1.2): from {@code lowFactor} times the worst
   * expert's score to {@code highFactor} times the best expert's score.
   *
   * <p>Where every expert scores 0 the rule gives no range; the result is then {@link #UNIT}.
   *
   * @param scores the experts' scores in one task, not negative
   * @param lowFactor 0.85 in the paper
   * @param highFactor 1.15 in the paper
   * @throws IllegalArgumentException if there are no scores, a score is negative or not finite, or
   *     the factors are not {@code 0 <= lowFactor < highFactor}
   */
  public static Range aroundExperts(List<Double> scores, double lowFactor, double highFactor) {
    if (!(lowFactor >= 0) || !(lowFactor < highFactor) || !Double.isFinite(highFactor)) {
      throw new IllegalArgumentException(
          "range factors must be 0 <= low < high, got %s and %s".formatted(lowFactor, highFactor));
    }
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("a range around the experts needs an expert's score");
    }
    for (double score : scores) {
      if (!Double.isFinite(score) || score < 0) {
        throw new IllegalArgumentException(
            "an expert's score must be finite and not negative, got " + score);
      }
    }
    double worst = scores.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double best = scores.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return best == 0 ? UNIT : new Range(lowFactor * worst, highFactor * best);
  }
}
