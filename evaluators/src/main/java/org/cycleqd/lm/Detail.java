package org.cycleqd.lm;

/**
 * What is reported of each token beside its id.
 *
 * @param logProbabilities whether its log-probability is
 * @param alternatives how many of the most probable tokens at its place are; 0 to {@value #MOST}
 */
public record Detail(boolean logProbabilities, int alternatives) {

  /** The most alternatives. */
  public static final int MOST = 20;

  /** Ids only. */
  public static final Detail NONE = new Detail(false, 0);

  /** Log-probabilities of the tokens themselves. */
  public static final Detail LOG_PROBABILITIES = new Detail(true, 0);

  /** Checks the number of alternatives, which need log-probabilities. */
  public Detail {
    if (alternatives < 0 || alternatives > MOST || (alternatives > 0 && !logProbabilities)) {
      throw new IllegalArgumentException(
          "alternatives: found %d, expected 0 to %d, and 0 without log-probabilities"
              .formatted(alternatives, MOST));
    }
  }
}
