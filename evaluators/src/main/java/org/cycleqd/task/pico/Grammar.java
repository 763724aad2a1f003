package org.cycleqd.task.pico;

/** Composes questions of one skill. */
interface Grammar {

  /** Composes a question of {@code steps} steps; equal choices give equal questions. */
  Composition compose(Choices choices, int steps);
}
