package org.cycleqd.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The archives (CycleQD, arXiv 2410.14735, section 4.1.2).
 *
 * @param tessellation how behaviour space is cut into cells
 * @param bins bins of equal width on each axis of a grid
 * @param cells cells of a Voronoi tessellation
 * @param lowerFactor an axis starts at this factor of the worst expert's score
 * @param upperFactor an axis ends at this factor of the best expert's score
 * @param ranges explicit ranges by task, in place of the two factors
 * @param add what an archive takes
 */
public record ArchiveConfig(
    @Default("grid") Tessellation tessellation,
    @Default("15") int bins,
    @Default("225") int cells,
    @Default("0.85") double lowerFactor,
    @Default("1.15") double upperFactor,
    @Default("{}") Map<String, ScoreRange> ranges,
    @Default("{rule: strict}") AddRuleConfig add) {

  /** The kinds of cells. */
  public enum Tessellation {
    /** The products of the axes' bins. */
    GRID,
    /** Around centroids that are spread evenly; their number does not grow with the axes'. */
    CVT
  }

  /** Copies the ranges and checks the numbers. */
  public ArchiveConfig {
    ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
    Require.between("bins", bins, 1, 1000);
    Require.between("cells", cells, 2, 10_000);
    Require.between("lower_factor", lowerFactor, 0, 1);
    Require.between("upper_factor", upperFactor, 1, 10);
    Require.that(
        tessellation == Tessellation.GRID || !(add instanceof AddRuleConfig.DominatedNovelty),
        "tessellation",
        "is cvt, allowed: grid (the default), since dominated-novelty archives have no cells");
  }
}
