package org.cycleqd.merge.recipe;

/** Whose rules hold where a merge method's known implementations differ. */
public enum Conventions {
  /** Ours: the published methods, with the peer's mistakes corrected. */
  OURS,
  /** The numbers that mergekit gives, deviations included; {@code compat: mergekit}. */
  MERGEKIT
}
