package org.cycleqd.checkpoint;

/**
 * The shape of an attention layer.
 *
 * @param heads number of query heads
 * @param keyValueHeads number of key and value heads, a divisor of {@code heads}
 * @param headDimension width of a head, even because rotary embeddings turn pairs; need not be
 *     hidden size / heads
 * @param bias whether the four projections have biases
 */
public record AttentionConfig(int heads, int keyValueHeads, int headDimension, boolean bias) {

  /**
   * Checks the ranges and divisibility.
   *
   * @throws IllegalArgumentException naming the field of {@code config.json} that does not fit
   */
  public AttentionConfig {
    Requirements.requirePositive("num_attention_heads", heads);
    Requirements.requirePositive("num_key_value_heads", keyValueHeads);
    Requirements.requirePositive("head_dim", headDimension);
    Requirements.require(
        heads % keyValueHeads == 0,
        "num_key_value_heads",
        keyValueHeads,
        "a divisor of num_attention_heads " + heads);
    Requirements.require(headDimension % 2 == 0, "head_dim", headDimension, "an even integer");
  }

  /** Width of all query heads together. */
  public long queryWidth() {
    return (long) heads * headDimension;
  }

  /** Width of all key heads together, and of all value heads. */
  public long keyValueWidth() {
    return (long) keyValueHeads * headDimension;
  }
}
