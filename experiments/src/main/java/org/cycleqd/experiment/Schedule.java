package org.cycleqd.experiment;

/** The learning rate after the warm-up. */
public enum Schedule {
  /** Stays at its peak. */
  CONSTANT,
  /** Falls along half a cosine to the final fraction of its peak. */
  COSINE
}
