package org.cycleqd.engine;

/** Why a search ended. */
public enum Ending {
  /** All children are bred. */
  CHILDREN,
  /** As many items are scored as the search may score. */
  EVALUATIONS,
  /** No archive took any of the last children. */
  STAGNATION,
  /** This start's time is over; starting again goes on. */
  TIME,
  /** This start's tokens are spent; starting again goes on. */
  TOKENS;

  /** Whether another start goes on with the same search. */
  public boolean paused() {
    return this == TIME || this == TOKENS;
  }
}
