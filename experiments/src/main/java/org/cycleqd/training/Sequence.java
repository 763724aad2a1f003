package org.cycleqd.training;

/**
 * One training text.
 *
 * @param ids prompt and answer as token ids
 * @param prompt number of tokens that belong to the prompt
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
record Sequence(int[] ids, int prompt) {}
