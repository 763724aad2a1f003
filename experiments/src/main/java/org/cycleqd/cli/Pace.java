package org.cycleqd.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cycleqd.engine.TimeLog;

/**
 * How fast a run has been of late.
 *
 * @param secondsPerCandidate mean over the last candidates, pauses left out; NaN if unknown
 * @param last when the last candidate was recorded
 */
record Pace(double secondsPerCandidate, Optional<Instant> last) {

  private static final int RECENT = 100;

  /** Longer than so many usual intervals is a pause: the run was stopped and taken up again. */
  private static final double PAUSE = 20;

  private static final double NANOS = 1e9;

  static Pace of(List<TimeLog.Entry> entries) {
    List<TimeLog.Entry> recent =
        entries.subList(Math.max(0, entries.size() - RECENT), entries.size());
    double[] intervals = new double[Math.max(0, recent.size() - 1)];
    for (int i = 0; i < intervals.length; i++) {
      Duration between = Duration.between(recent.get(i).time(), recent.get(i + 1).time());
      intervals[i] = between.toNanos() / NANOS;
    }
    double usual =
        Arrays.stream(intervals).sorted().skip(intervals.length / 2).findFirst().orElse(0);
    return new Pace(
        Arrays.stream(intervals)
            .filter(interval -> interval <= PAUSE * usual)
            .average()
            .orElse(Double.NaN),
        recent.isEmpty() ? Optional.empty() : Optional.of(recent.getLast().time()));
  }
}
