package org.cycleqd.archive;

/**
 * What a candidate must beat to be taken by an archive of cells, as it was at one moment. It never
 * changes, and may be read by any thread.
 *
 * <p>A bar that is closed stays closed. A cell takes only what is strictly better than its
 * threshold, a threshold never falls and a cell never becomes empty again. So where every cell that
 * a candidate can still reach has a threshold of at least the quality that it can still reach, the
 * archive rejects it, now and at any later time, whatever was added in between; equals are rejected
 * too, since the first stays.
 */
public final class Bar {

  private final Quality quality;
  private final Tessellation cells;
  private final CellTable table;
  private final double minimum;

  /** Over a table that nobody changes. */
  Bar(Quality quality, Tessellation cells, CellTable table, double minimum) {
    this.quality = quality;
    this.cells = cells;
    this.table = table;
    this.minimum = minimum;
  }

  /**
   * Whether the archive takes no candidate whose scores lie within bounds. False does not promise
   * that there is one that it takes.
   *
   * @param low lower bounds of the scores, one per task, in task order; not changed
   * @param high upper bounds, none below its lower bound; not changed
   * @throws IllegalArgumentException if there is not one bound per task, or one is not finite
   */
  public boolean closed(double[] low, double[] high) {
    double best = high[quality.task()];
    return !cells.reaches(
        quality.characteristics(low),
        quality.characteristics(high),
        cell -> best > threshold(cell));
  }

  private double threshold(int cell) {
    int slot = table.slot(cell);
    return slot < 0 ? minimum : table.threshold(slot);
  }
}
