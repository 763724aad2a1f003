package org.cycleqd.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The grid of each archive (CycleQD, arXiv 2410.14735, section 4.1.2).
 *
 * @param bins bins of equal width on each axis
 * @param lowerFactor an axis starts at this factor of the worst expert's score
 * @param upperFactor an axis ends at this factor of the best expert's score
 * @param ranges explicit ranges by task, in place of the two factors
 */
public record ArchiveConfig(
    @Default("15") int bins,
    @Default("0.85") double lowerFactor,
    @Default("1.15") double upperFactor,
    @Default("{}") Map<String, ScoreRange> ranges) {

  /** Copies the ranges and checks the numbers. */
  public ArchiveConfig {
    ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
    Require.between("bins", bins, 1, 1000);
    Require.between("lower_factor", lowerFactor, 0, 1);
    Require.between("upper_factor", upperFactor, 1, 10);
  }
}
