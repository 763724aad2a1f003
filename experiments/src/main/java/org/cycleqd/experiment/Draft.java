package org.cycleqd.experiment;

/**
 * The answer that is verified in one pass before anything is decoded; greedy output is the same.
 */
public enum Draft {
  /** The task's reference answer. */
  REFERENCE,
  /** No draft, every answer is decoded token by token. */
  NONE
}
