package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** An archive to look at: it may still change, but not through this view. */
public interface ArchiveView {

  /** Number of the task whose score is the quality. */
  int task();

  /** Name of the task whose score is the quality. */
  String taskName();

  /** The places. Axes are the other tasks, in task order. */
  CellLayout layout();

  /** The occupied places, by rising number. */
  List<ArchiveSnapshot.Cell> contents();

  /** The elites, by rising cell number. */
  default List<Elite> elites() {
    List<Elite> elites = new ArrayList<>();
    for (ArchiveSnapshot.Cell cell : contents()) {
      elites.add(cell.elite());
    }
    return Collections.unmodifiableList(elites);
  }

  /** The elite of a cell. */
  Optional<Elite> elite(int cell);

  /** The elite of highest quality; among equals the one with the largest candidate number. */
  default Optional<Elite> best() {
    return contents().stream()
        .map(ArchiveSnapshot.Cell::elite)
        .max(
            Comparator.comparingDouble((Elite elite) -> elite.scores().get(task()))
                .thenComparingInt(Elite::candidate));
  }

  /**
   * The highest quality that the archive ever took, NaN while it is empty. With soft thresholds its
   * elite may be gone.
   */
  double peak();

  /** Metrics with the offset 0, which suits scores in [0, 1]. */
  default Metrics metrics() {
    return metrics(0.0);
  }

  /**
   * Metrics of the present elites.
   *
   * @param offset what is subtracted from each elite's quality in the QD score: the lowest quality
   *     there can be
   */
  default Metrics metrics(double offset) {
    return Metrics.of(
        contents().stream().mapToDouble(cell -> cell.elite().scores().get(task())).toArray(),
        layout().cells(),
        offset);
  }

  /** The present contents as a value. */
  default ArchiveSnapshot snapshot() {
    return new ArchiveSnapshot(taskName(), layout(), contents());
  }
}
