package org.cycleqd.lm;

import java.util.List;

/**
 * What a model answered.
 *
 * @param ids the new tokens, the end token included where it was reached
 * @param logProbabilities of the tokens, natural logarithms; empty unless they were asked for
 * @param alternatives the most probable tokens at each place; empty unless they were asked for
 * @param ended whether an end token was reached
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
public record Answer(
    int[] ids, float[] logProbabilities, List<Alternatives> alternatives, boolean ended) {

  /** Copies the alternatives. */
  public Answer {
    alternatives = List.copyOf(alternatives);
  }
}
