package org.cycleqd.engine;

import java.util.List;
import org.cycleqd.archive.Bar;

/**
 * What a candidate must beat to change anything, as of one moment: a bar for each archive, and the
 * best mean score of a child, which is reported at the end. All of them only rise.
 *
 * @param archives one per task, in task order
 * @param best best mean score of a child so far; minus infinity before the first
 */
record Bars(List<Bar> archives, double best) {

  /** Far more than a mean of scores loses to rounding. */
  private static final double ROUNDING = 1e-12;

  Bars {
    archives = List.copyOf(archives);
  }

  /** Whether no candidate whose scores lie within bounds changes anything, now or later. */
  boolean closed(Bounds bounds) {
    double mean = 0;
    for (double high : bounds.high()) {
      mean += high / bounds.high().length;
    }
    return mean <= best - ROUNDING
        && archives.stream().allMatch(bar -> bar.closed(bounds.low(), bounds.high()));
  }
}
