package org.cycleqd.lm;

import java.util.Set;
import org.cycleqd.checkpoint.LlamaConfig;

/**
 * How answers are decoded; always greedily.
 *
 * @param limit most new tokens per answer
 * @param rows most answers decoded at once
 * @param ends tokens that end an answer; may be empty
 */
public record Decoding(int limit, int rows, Set<Integer> ends) {

  /** Checks that limit and rows are positive. */
  public Decoding {
    ends = Set.copyOf(ends);
    if (limit < 1 || rows < 1) {
      throw new IllegalArgumentException(
          "limit %d and rows %d must be positive".formatted(limit, rows));
    }
  }

  /** Ends at the model's own end tokens. */
  public static Decoding of(LlamaConfig config, int limit, int rows) {
    return new Decoding(limit, rows, Set.copyOf(config.specialTokens().ends()));
  }
}
