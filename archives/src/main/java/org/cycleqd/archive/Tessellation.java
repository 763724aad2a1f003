package org.cycleqd.archive;

import java.util.function.IntPredicate;

/** Behaviour space cut into cells; every point belongs to exactly one. */
public sealed interface Tessellation extends CellLayout permits Grid, Voronoi {

  /**
   * The cell of a point.
   *
   * @param characteristics one score per axis, in axis order
   * @throws IllegalArgumentException if the number of scores differs from the number of axes, or a
   *     score is not finite
   */
  int cell(double... characteristics);

  /**
   * Whether a cell that some point of a box belongs to passes a test. Cells near the box that no
   * point of it belongs to may be tested too, so only false is exact.
   *
   * @param low one lower bound per axis
   * @param high one upper bound per axis, none below its lower bound
   * @throws IllegalArgumentException as above
   */
  boolean reaches(double[] low, double[] high, IntPredicate test);
}
