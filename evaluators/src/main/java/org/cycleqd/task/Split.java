package org.cycleqd.task;

/** One of three parts of a task's items; no prompt and no answer lies in two of them. */
public enum Split {
  /** What experts may learn from. */
  TRAINING,
  /** What the search may see: its fitness is measured here. */
  OPTIMISATION,
  /** What only the final report sees. */
  TEST
}
