package org.cycleqd.lm;

/**
 * What a model answered.
 *
 * @param ids the new tokens, the end token included where it was reached
 * @param logProbabilities of the tokens, natural logarithms; empty unless they were asked for
 * @param ended whether an end token was reached
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
public record Answer(int[] ids, float[] logProbabilities, boolean ended) {}
