package org.cycleqd.archive;

/**
 * What became of a candidate that was offered to an archive.
 *
 * @param status whether it was taken
 * @param cell the cell it belongs to; in dominated novelty search the place it took or, rejected,
 *     that of the nearest elite at least as good
 * @param value its quality where the cell was empty, otherwise its quality minus the incumbent's
 *     (zero or negative where it was rejected, but for want of confidence); with soft thresholds
 *     always its quality minus the cell's threshold
 */
public record AddOutcome(Status status, int cell, double value) {

  /** The three outcomes, from worst to best. */
  public enum Status {
    /** The incumbent stays. */
    REJECTED,
    /** It replaced an incumbent. */
    IMPROVED,
    /** It filled an empty cell. */
    NEW
  }

  /** Whether the candidate is now an elite. */
  public boolean taken() {
    return status != Status.REJECTED;
  }
}
