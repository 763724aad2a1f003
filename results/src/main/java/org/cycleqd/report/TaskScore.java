package org.cycleqd.report;

/**
 * A method's score in one task.
 *
 * @param mean mean over the items, a fraction in [0, 1]
 * @param standardError sample standard deviation divided by the square root of n; NaN with one item
 * @param n number of items, at least 1
 */
public record TaskScore(double mean, double standardError, int n) {

  /** Checks the ranges. */
  public TaskScore {
    if (!(mean >= 0 && mean <= 1)) {
      throw new IllegalArgumentException("a score is a fraction in [0, 1], got " + mean);
    }
    if (standardError < 0 || n < 1) {
      throw new IllegalArgumentException(
          "a score needs a standard error >= 0 and at least one item, got %s and %d"
              .formatted(standardError, n));
    }
  }
}
