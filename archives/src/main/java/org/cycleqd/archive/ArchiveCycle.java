package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The K archives of a cycle: one per task, each with the other tasks as its axes. */
public final class ArchiveCycle {

  private final List<Axis> axes;
  private final List<Archive> archives;

  private ArchiveCycle(List<Axis> axes, List<Archive> archives) {
    this.axes = axes;
    this.archives = archives;
  }

  /**
   * K empty archives, grids whose cells take what is strictly better.
   *
   * @param axes one axis per task, in task order, at least two
   * @throws IllegalArgumentException if there are fewer than two tasks: with one task nothing is
   *     left for the behaviour characteristics
   */
  public static ArchiveCycle of(List<Axis> axes) {
    return of(
        axes,
        IntStream.range(0, axes.size())
            .filter(task -> axes.size() > 1)
            .mapToObj(task -> new Grid(others(axes, task)))
            .toList(),
        new AddRule.Strict());
  }

  /**
   * K empty archives.
   *
   * @param axes one axis per task, in task order, at least two
   * @param layouts the places of every task's archive, in task order
   * @param rule what all archives take
   * @throws IllegalArgumentException if there are fewer than two tasks, the layouts are not over
   *     the other tasks' axes, or do not go with the rule
   */
  public static ArchiveCycle of(List<Axis> axes, List<? extends CellLayout> layouts, AddRule rule) {
    if (axes.size() < 2) {
      throw new IllegalArgumentException("a cycle needs at least 2 tasks, got " + axes.size());
    }
    List<Archive> archives = new ArrayList<>();
    for (int task = 0; task < axes.size(); task++) {
      if (!layouts.get(task).axes().equals(others(axes, task))) {
        throw new IllegalArgumentException(
            "archive %s: found axes %s, expected %s"
                .formatted(axes.get(task).task(), layouts.get(task).axes(), others(axes, task)));
      }
      archives.add(Archive.of(task, axes.get(task).task(), layouts.get(task), rule));
    }
    return new ArchiveCycle(List.copyOf(axes), List.copyOf(archives));
  }

  static List<Axis> others(List<Axis> axes, int task) {
    List<Axis> others = new ArrayList<>(axes);
    others.remove(task);
    return others;
  }

  /** Offers a candidate to every archive; the outcomes are in task order. */
  public List<AddOutcome> offer(Elite candidate) {
    return archives.stream().map(archive -> archive.add(candidate)).toList();
  }

  /**
   * Replaces all content by that of another cycle of the same kind; later changes of the one leave
   * the other alone.
   *
   * @throws IllegalArgumentException if it has other axes or takes candidates by another rule
   */
  public void restore(ArchiveCycle other) {
    if (!axes.equals(other.axes)) {
      throw new IllegalArgumentException("found axes %s, expected %s".formatted(other.axes, axes));
    }
    for (int task = 0; task < archives.size(); task++) {
      archives.get(task).restore(other.archives.get(task));
    }
  }

  /**
   * What a candidate must beat in each archive from now on, in task order; none where archives have
   * no bars.
   */
  public Optional<List<Bar>> bars() {
    List<Bar> bars = archives.stream().flatMap(archive -> archive.bar().stream()).toList();
    return bars.size() == archives.size() ? Optional.of(bars) : Optional.empty();
  }

  /** One axis per task, in task order. */
  public List<Axis> axes() {
    return axes;
  }

  /** The archives, in task order. */
  public List<ArchiveView> archives() {
    return List.copyOf(archives);
  }

  /**
   * Metrics of all archives together: elites, cells and QD scores are summed, best and mean are
   * over all elites, each counted in every archive that it is in.
   *
   * @param offset what is subtracted from each elite's quality in the QD score
   */
  public Metrics metrics(double offset) {
    return Metrics.together(archives.stream().map(archive -> archive.metrics(offset)).toList());
  }

  /** Every candidate that is an elite of some archive, by rising number. */
  public List<Elite> elites() {
    SortedMap<Integer, Elite> elites = new TreeMap<>();
    for (Archive archive : archives) {
      archive.elites().forEach(elite -> elites.put(elite.candidate(), elite));
    }
    return List.copyOf(elites.values());
  }
}
