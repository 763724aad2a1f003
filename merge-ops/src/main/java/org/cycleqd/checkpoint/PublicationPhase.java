package org.cycleqd.checkpoint;

/** What a publication is doing, in this order. */
public enum PublicationPhase {
  /** Asks the source for the weights; nearly all of the time. */
  WRITING,
  /** Opens what was written as a checkpoint. */
  VERIFYING,
  /** Gives the folder the target's name. */
  RENAMING,
  /** The target is complete; deletes what it replaced. */
  PUBLISHED
}
