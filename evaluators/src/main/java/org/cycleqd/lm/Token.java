package org.cycleqd.lm;

/**
 * A token of an answer.
 *
 * @param id its number in the vocabulary
 * @param logProbability natural logarithm; 0 unless it was asked for
 * @param alternatives the most probable tokens at its place, as many as were asked for
 */
public record Token(int id, float logProbability, Alternatives alternatives) {}
