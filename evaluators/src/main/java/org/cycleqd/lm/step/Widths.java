package org.cycleqd.lm.step;

import org.cycleqd.checkpoint.LlamaConfig;

/**
 * Widths of rows in elements, filled up to whole vectors.
 *
 * @param hidden of the residual stream
 * @param inputs of queries, keys and values together
 * @param queries of all query heads
 * @param inner inside the MLP
 * @param words of the logits
 */
record Widths(long hidden, long inputs, long queries, long inner, long words) {

  Widths(LlamaConfig config) {
    this(
        Lanes.up(config.hiddenSize()),
        Lanes.up(config.attention().queryWidth() + 2 * config.attention().keyValueWidth()),
        Lanes.up(config.attention().queryWidth()),
        Lanes.up(config.intermediateSize()),
        Lanes.up(config.vocabularySize()));
  }
}
