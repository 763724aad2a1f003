package org.cycleqd.lm;

import java.util.List;

/**
 * How probable a continuation is.
 *
 * @param logProbabilities of its tokens, each given all before it; natural logarithms
 * @param alternatives the most probable tokens at each place; empty unless they were asked for
 * @param greedy whether each token is the most probable one at its place
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record Likelihood(
    float[] logProbabilities, List<Alternatives> alternatives, boolean greedy) {

  /** Copies the alternatives. */
  public Likelihood {
    alternatives = List.copyOf(alternatives);
  }

  /** The logarithm of the continuation's probability. */
  public double sum() {
    double sum = 0;
    for (float each : logProbabilities) {
      sum += each;
    }
    return sum;
  }
}
