package org.cycleqd.checkpoint;

/** What publishing does where a folder with content already is. */
public enum ExistingTarget {
  /** Refuse to publish. */
  REFUSE,
  /** Put the new folder in the place of the old one, which is deleted. */
  REPLACE
}
