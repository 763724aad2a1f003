package org.cycleqd.experiment;

/**
 * The answer that is verified in one pass before anything is decoded; greedy output is the same.
 */
public enum Draft {
  /** What the first parent answered, or the reference where that is not known. */
  PARENTS,
  /** The task's reference answer. */
  REFERENCE,
  /** No draft, every answer is decoded token by token. */
  NONE
}
