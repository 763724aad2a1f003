package org.cycleqd.remote;

import java.util.List;

/**
 * The likelihood of a continuation.
 *
 * @param logProbability natural logarithm, the sum over the tokens
 * @param tokens those of the continuation
 */
public record Score(double logProbability, List<TokenLogProbability> tokens) {

  /** Copies the tokens. */
  public Score {
    tokens = List.copyOf(tokens);
  }

  static Score of(List<TokenLogProbability> tokens) {
    double sum = tokens.stream().mapToDouble(t -> t.logProbability().orElseThrow()).sum();
    return new Score(sum, tokens);
  }
}
