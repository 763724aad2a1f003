package org.cycleqd.experiment;

/** Which tensors of a model share one coefficient per expert. */
public enum Granularity {
  /** All of them; the paper's setting. */
  MODEL,
  /** Those of one transformer layer; embeddings and head form groups of their own. */
  LAYER_GROUP,
  /** None, each has its own. */
  TENSOR
}
