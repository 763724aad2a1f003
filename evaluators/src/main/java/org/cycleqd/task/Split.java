package org.cycleqd.task;

import java.util.List;

/** One of the parts of a task's items; no prompt and no answer lies in two of them. */
public enum Split {
  /** What experts may learn from. */
  TRAINING,
  /** What the search may see: its fitness is measured here. */
  OPTIMISATION,
  /** What only the final report sees. */
  TEST,
  /**
   * What elites are scored on again after the search, to choose among them. Tasks do not list it:
   * it is what follows the optimisation items of a run where these are drawn from.
   */
  VALIDATION;

  /** The parts that tasks list. */
  public static final List<Split> LISTED = List.of(TRAINING, OPTIMISATION, TEST);
}
