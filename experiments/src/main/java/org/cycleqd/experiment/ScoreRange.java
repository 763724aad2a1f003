package org.cycleqd.experiment;

/**
 * The scores that an archive axis covers.
 *
 * @param lower a score, a fraction in [0, 1]
 * @param upper a score above {@code lower}, a fraction in [0, 1]
 */
@Tuple
public record ScoreRange(double lower, double upper) {

  /** Checks the order. */
  public ScoreRange {
    Require.between("lower", lower, 0, 1);
    Require.between("upper", upper, 0, 1);
    Require.that(
        lower < upper, "upper", "is %s, allowed: above the lower bound %s".formatted(upper, lower));
  }
}
