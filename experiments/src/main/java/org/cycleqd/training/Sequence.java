package org.cycleqd.training;

/**
 * One training text.
 *
 * @param ids prompt and answer as token ids
 * @param prompt number of tokens that belong to the prompt
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of ids, never compared
record Sequence(int[] ids, int prompt) {

  /** Checks that prompt and answer have tokens. */
  Sequence {
    if (prompt < 1 || prompt >= ids.length) {
      throw new IllegalArgumentException(
          "a training text needs a prompt and an answer, got %d of %d tokens as its prompt"
              .formatted(prompt, ids.length));
    }
  }
}
