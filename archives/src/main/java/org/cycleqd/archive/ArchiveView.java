package org.cycleqd.archive;

import java.util.List;
import java.util.Optional;

/** An archive to look at: it may still change, but not through this view. */
public interface ArchiveView {

  /** Number of the task whose score is the quality. */
  int task();

  /** Name of the task whose score is the quality. */
  String taskName();

  /** The cells. Axes are the other tasks, in task order. */
  Grid grid();

  /** The elites, by rising cell number. */
  List<Elite> elites();

  /** The elite of a cell. */
  Optional<Elite> elite(int cell);

  /** The elite of highest quality; among equals the one with the largest candidate number. */
  Optional<Elite> best();

  /** The cell that a candidate with these scores (in task order) belongs to. */
  int cell(List<Double> scores);

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
  Metrics metrics(double offset);

  /** The present contents as a value. */
  ArchiveSnapshot snapshot();
}
