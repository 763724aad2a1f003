package org.cycleqd.merge.kernel;

/**
 * How disagreeing task vectors are reconciled.
 *
 * @param vote what decides the sign
 * @param divisor what the sum of agreeing weighted values is divided by
 * @param lambda scale of the result
 */
public record Election(Vote vote, Divisor divisor, float lambda) {

  /**
   * Whether the result is a sum of agreeing weighted values times a factor that depends on their
   * weights only: an election among two models then needs no division.
   */
  boolean isProportional() {
    return vote == Vote.WEIGHTED && (divisor == Divisor.WEIGHT || divisor == Divisor.ONE);
  }

  /** The factor for models whose weights have this sum. */
  float factor(float weight) {
    return divisor == Divisor.ONE ? 1 : ScalarKernel.reciprocal(weight);
  }

  /** What is summed for the sign; a sum of zero counts as positive. */
  public enum Vote {
    /** Values times their weights. */
    WEIGHTED,
    /** Values as they are. */
    PLAIN
  }

  /** What the sum of agreeing weighted values is divided by. */
  public enum Divisor {
    /** Nothing. */
    ONE,
    /** The sum of agreeing weights; nothing where they cancel to less than 1e-8. */
    WEIGHT,
    /** The sum of agreeing weights, at least 1e-6. */
    FLOORED_WEIGHT,
    /** How many agree, at least one. */
    COUNT
  }
}
