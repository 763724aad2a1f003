package org.cycleqd.archive;

import java.util.List;
import java.util.Optional;

/**
 * The archive of one task. Not safe for use by several threads while elites are being added.
 *
 * <p>All kinds take candidates one by one or in batches.
 */
public sealed interface Archive extends ArchiveView permits CellArchive, NoveltyArchive {

  /**
   * An empty archive that takes what is strictly better than a cell's elite.
   *
   * @param task number of the task whose score is the quality, from 0
   * @param taskName its name
   * @param cells over the scores of all other tasks in task order
   */
  static Archive of(int task, String taskName, Tessellation cells) {
    return of(task, taskName, cells, new AddRule.Strict());
  }

  /**
   * An empty archive.
   *
   * @param task number of the task whose score is the quality, from 0
   * @param taskName its name
   * @param layout over the scores of all other tasks in task order
   * @param rule what it takes
   * @throws IllegalArgumentException if there is no such task, or layout and rule do not fit
   */
  static Archive of(int task, String taskName, CellLayout layout, AddRule rule) {
    Quality quality = new Quality(task, taskName, layout.axes().size() + 1);
    return switch (layout) {
      case Tessellation cells when rule instanceof AddRule.Strict ->
          new CellArchive(quality, cells, 1, Double.NEGATIVE_INFINITY);
      case Tessellation cells
          when rule instanceof AddRule.Soft(double learningRate, double minimum) ->
          new CellArchive(quality, cells, learningRate, minimum);
      case Tessellation cells when rule instanceof AddRule.Confident(double level) ->
          new CellArchive(quality, cells, 1, Double.NEGATIVE_INFINITY, level);
      case Places places when rule instanceof AddRule.DominatedNovelty novelty ->
          new NoveltyArchive(quality, places, novelty);
      default ->
          throw new IllegalArgumentException(
              "archive %s: the rule %s does not go with %s".formatted(taskName, rule, layout));
    };
  }

  /**
   * Offers a candidate.
   *
   * @throws IllegalArgumentException if it has not one score per task
   */
  AddOutcome add(Elite candidate);

  /**
   * What a candidate must beat to be taken from now on; none where what is rejected now may be
   * taken later, as in dominated novelty search, whose scores change with everyone's neighbours.
   */
  Optional<Bar> bar();

  /**
   * Replaces all content by that of another archive of the same kind.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  void restore(Archive other);

  /**
   * Offers several candidates at once. Where cells are, all are judged against the archive as it
   * was before; of those that a cell could take the best stays, the first of equals. A soft
   * threshold then moves as if each of the k accepted ones had their mean quality m: {@code t' = (1
   * - a)^k t + (1 - (1 - a)^k) m}. Without cells they are offered one after the other.
   *
   * @throws IllegalArgumentException if one has not one score per task; nothing is then taken
   */
  List<AddOutcome> addBatch(List<Elite> candidates);
}
