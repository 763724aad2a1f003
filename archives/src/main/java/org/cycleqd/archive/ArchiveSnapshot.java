package org.cycleqd.archive;

import java.util.List;

/**
 * The contents of an archive at one moment.
 *
 * @param task name of the task whose score is the quality
 * @param layout the places
 * @param cells the occupied cells, by rising number
 */
public record ArchiveSnapshot(String task, CellLayout layout, List<Cell> cells) {

  /** Copies the list. */
  public ArchiveSnapshot {
    cells = List.copyOf(cells);
  }

  /** The behaviour characteristics. */
  public List<Axis> axes() {
    return layout.axes();
  }

  /**
   * An occupied cell.
   *
   * @param index its number in the layout
   * @param elite who lives there
   */
  public record Cell(int index, Elite elite) {}
}
