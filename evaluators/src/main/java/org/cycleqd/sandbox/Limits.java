package org.cycleqd.sandbox;

import java.time.Duration;

/**
 * What a sandboxed command may use.
 *
 * @param wallTime time until everything is killed
 * @param processorSeconds processor time of each process, in seconds
 * @param memoryBytes address space of each process
 * @param processes how many processes and threads there may be at once
 * @param fileBytes size of each file, and of all files in {@code /tmp} together
 * @param outputBytes size of standard output, and of standard error; a command that writes more is
 *     killed
 */
public record Limits(
    Duration wallTime,
    int processorSeconds,
    long memoryBytes,
    int processes,
    long fileBytes,
    int outputBytes) {

  /** Ten seconds, 256 MiB for each of at most 32 processes, and 4 MiB each of files and output. */
  public static final Limits DEFAULT =
      new Limits(Duration.ofSeconds(10), 10, 256L << 20, 32, 4L << 20, 4 << 20);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a limit is not positive
   */
  public Limits {
    if (!wallTime.isPositive()
        || processorSeconds < 1
        || memoryBytes < 1
        || processes < 1
        || fileBytes < 1
        || outputBytes < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, found %s, %d s, %d B memory, %d processes, %d B files, %d B output"
              .formatted(
                  wallTime, processorSeconds, memoryBytes, processes, fileBytes, outputBytes));
    }
  }

  /** These limits with other times, for a batch that may take longer. */
  public Limits within(Duration time) {
    int seconds = Math.toIntExact(Math.max(1, time.toSeconds()));
    return new Limits(time, seconds, memoryBytes, processes, fileBytes, outputBytes);
  }
}
