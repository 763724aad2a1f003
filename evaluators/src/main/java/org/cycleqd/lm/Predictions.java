package org.cycleqd.lm;

/**
 * What a pass predicts, place by place: for each row one place behind the prompt and one behind
 * each given token. P places.
 *
 * @param chosen [P] the tokens
 * @param own [P] their log-probabilities, if any row wants them
 * @param given [P] log-probabilities of the given tokens, likewise
 * @param bestIds [P, width] the most probable tokens
 * @param best [P, width] their log-probabilities
 * @param width how many of the most probable tokens there are
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Predictions(
    long[] chosen, float[] own, float[] given, long[] bestIds, float[] best, int width) {

  /** The token that is chosen at a place, with what a row wants to know of it. */
  Token token(int place, Detail detail) {
    return new Token(
        (int) chosen[place],
        detail.logProbabilities() ? own[place] : 0,
        alternatives(place, detail));
  }

  /** The most probable tokens of a place. */
  Alternatives alternatives(int place, Detail detail) {
    return Alternatives.of(bestIds, best, place, width, detail.alternatives());
  }
}
