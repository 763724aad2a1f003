package org.cycleqd.archive;

import java.util.List;

/**
 * The contents of an archive at one moment.
 *
 * @param task name of the task whose score is the quality
 * @param axes the behaviour characteristics
 * @param cells the occupied cells, by rising number
 */
public record ArchiveSnapshot(String task, List<Axis> axes, List<Cell> cells) {

  /** Copies both lists. */
  public ArchiveSnapshot {
    axes = List.copyOf(axes);
    cells = List.copyOf(cells);
  }

  /**
   * An occupied cell.
   *
   * @param index its number in the grid
   * @param elite who lives there
   */
  public record Cell(int index, Elite elite) {}
}
