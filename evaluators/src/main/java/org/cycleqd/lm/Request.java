package org.cycleqd.lm;

/**
 * A prompt to be continued greedily.
 *
 * @param prompt token ids, at least one
 * @param draft a guess at the continuation, possibly empty; it changes the speed, never the answer
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
public record Request(int[] prompt, int[] draft) {

  /** Refuses an empty prompt. */
  public Request {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("a prompt needs at least one token");
    }
  }

  int length() {
    return prompt.length + draft.length;
  }
}
