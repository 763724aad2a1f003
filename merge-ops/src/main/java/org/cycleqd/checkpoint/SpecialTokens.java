package org.cycleqd.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * Token ids with a meaning of their own.
 *
 * @param beginning starts a text, or empty
 * @param ends each of them ends a generation; empty if none does
 * @param padding fills short rows of a batch, or empty
 */
public record SpecialTokens(OptionalInt beginning, List<Integer> ends, OptionalInt padding) {

  /** Copies the list. */
  public SpecialTokens {
    ends = List.copyOf(ends);
  }

  /** No special tokens at all. */
  public static SpecialTokens none() {
    return new SpecialTokens(OptionalInt.empty(), List.of(), OptionalInt.empty());
  }

  /** A beginning and one end, no padding. */
  public static SpecialTokens of(int beginning, int end) {
    return new SpecialTokens(OptionalInt.of(beginning), List.of(end), OptionalInt.empty());
  }

  void requireBelow(int vocabularySize) {
    beginning.ifPresent(id -> requireId("bos_token_id", id, vocabularySize));
    ends.forEach(id -> requireId("eos_token_id", id, vocabularySize));
    padding.ifPresent(id -> requireId("pad_token_id", id, vocabularySize));
  }

  private static void requireId(String field, int id, int vocabularySize) {
    Requirements.require(
        id >= 0 && id < vocabularySize, field, id, "an id below vocab_size " + vocabularySize);
  }
}
