package org.cycleqd.experiment;

/**
 * When the journal's records are forced to the disk. A process that is killed loses none; what was
 * not forced can be lost when the machine loses power, and is then evaluated again.
 */
@Discriminator("sync")
public sealed interface JournalConfig {

  /** Each record before the search goes on. */
  record EachRecord() implements JournalConfig {}

  /**
   * Records together.
   *
   * @param records at the latest after so many
   * @param seconds and with the first record that comes so long after the last time
   */
  record Batch(@Default("100") int records, @Default("1.0") double seconds)
      implements JournalConfig {

    /** Checks the numbers. */
    public Batch {
      Require.atLeast("records", records, 1);
      Require.positive("seconds", seconds);
    }
  }

  /** When the system likes. */
  record Never() implements JournalConfig {}
}
