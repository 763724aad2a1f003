package org.cycleqd.engine;

/**
 * How a search is carried out. Nothing of it changes what the journal holds.
 *
 * @param threads how many candidates are scored at once; more than the lag never are. With one, the
 *     thread that runs the search scores them itself
 * @param sync when records are forced to the disk
 * @param allowance what this start may spend
 */
public record SearchExecution(int threads, SyncPolicy sync, Allowance allowance) {

  /** Checks the threads. */
  public SearchExecution {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive, was " + threads);
    }
  }

  /** Every record forced to the disk, nothing limited. */
  public static SearchExecution of(int threads) {
    return new SearchExecution(threads, new SyncPolicy.EachRecord(), Allowance.UNLIMITED);
  }

  /** The same with another policy. */
  public SearchExecution withSync(SyncPolicy sync) {
    return new SearchExecution(threads, sync, allowance);
  }

  /** The same with another allowance. */
  public SearchExecution withAllowance(Allowance allowance) {
    return new SearchExecution(threads, sync, allowance);
  }
}
