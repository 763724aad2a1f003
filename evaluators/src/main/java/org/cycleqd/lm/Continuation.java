package org.cycleqd.lm;

/**
 * A text whose probability is asked for.
 *
 * @param prompt token ids before it, at least one
 * @param ids its own, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
public record Continuation(int[] prompt, int[] ids) {

  /** Refuses an empty part. */
  public Continuation {
    if (prompt.length == 0 || ids.length == 0) {
      throw new IllegalArgumentException(
          "a prompt of %d and a continuation of %d tokens, expected at least one of each"
              .formatted(prompt.length, ids.length));
    }
  }
}
