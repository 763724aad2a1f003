package org.cycleqd.lm;

/**
 * How probable a continuation is.
 *
 * @param logProbabilities of its tokens, each given all before it; natural logarithms
 * @param greedy whether each token is the most probable one at its place
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record Likelihood(float[] logProbabilities, boolean greedy) {

  /** The logarithm of the continuation's probability. */
  public double sum() {
    double sum = 0;
    for (float each : logProbabilities) {
      sum += each;
    }
    return sum;
  }
}
