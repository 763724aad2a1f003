package org.cycleqd.checkpoint.adapter;

import java.util.List;
import org.cycleqd.tensor.DType;

/**
 * How a fine-tuned model is turned into an adapter.
 *
 * @param rank rank of the factors of the seven linear layers of each decoder layer
 * @param savedModules ends of the paths of modules to store as a whole, e.g. {@code embed_tokens}
 * @param dtype dtype of the factors: F32, BF16 or F16
 * @param seed of the random directions that large matrices are decomposed with
 */
public record ExtractionOptions(RankRule rank, List<String> savedModules, DType dtype, long seed) {

  /** Copies the list. */
  public ExtractionOptions {
    savedModules = List.copyOf(savedModules);
  }
}
