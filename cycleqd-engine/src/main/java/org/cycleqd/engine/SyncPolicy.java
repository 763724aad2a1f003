package org.cycleqd.engine;

/**
 * When a journal's records are forced to the disk. A process that dies loses no record under any
 * policy; one that was not forced can be lost when the machine loses power, and is then scored
 * again.
 */
public sealed interface SyncPolicy {

  /** Every record is on the disk before the search goes on. */
  record EachRecord() implements SyncPolicy {}

  /**
   * Records are forced together.
   *
   * @param records at the latest after so many
   * @param seconds and with the first record that comes so long after the last time
   */
  record Batch(int records, double seconds) implements SyncPolicy {

    /** Checks that both are positive. */
    public Batch {
      if (records < 1 || !(seconds > 0)) {
        throw new IllegalArgumentException(
            "a batch needs records and seconds above 0, got %d and %s".formatted(records, seconds));
      }
    }
  }

  /** When the system likes. */
  record Never() implements SyncPolicy {}
}
