package org.cycleqd.archive;

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
}
