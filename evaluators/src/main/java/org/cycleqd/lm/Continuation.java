package org.cycleqd.lm;

/**
 * A text whose probability is asked for.
 *
 * @param prompt token ids before it, at least one
 * @param ids its own, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
public record Continuation(int[] prompt, int[] ids) {}
