package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The K archives of a cycle: one per task, each with the other tasks as its axes. */
public final class ArchiveCycle {

  private final List<Axis> axes;
  private final List<Archive> archives;

  private ArchiveCycle(List<Axis> axes, List<Archive> archives) {
    this.axes = axes;
    this.archives = archives;
  }

  /**
   * K empty archives.
   *
   * @param axes one axis per task, in task order, at least two
   * @throws IllegalArgumentException if there are fewer than two tasks: with one task nothing is
   *     left for the behaviour characteristics
   */
  public static ArchiveCycle of(List<Axis> axes) {
    if (axes.size() < 2) {
      throw new IllegalArgumentException("a cycle needs at least 2 tasks, got " + axes.size());
    }
    List<Archive> archives = new ArrayList<>();
    for (int task = 0; task < axes.size(); task++) {
      List<Axis> others = new ArrayList<>(axes);
      String name = others.remove(task).task();
      archives.add(Archive.of(task, name, new Grid(others)));
    }
    return new ArchiveCycle(List.copyOf(axes), List.copyOf(archives));
  }

  /** Offers a candidate to every archive; the outcomes are in task order. */
  public List<AddOutcome> offer(Elite candidate) {
    return archives.stream().map(archive -> archive.add(candidate)).toList();
  }

  /** One axis per task, in task order. */
  public List<Axis> axes() {
    return axes;
  }

  /** The archives, in task order. */
  public List<ArchiveView> archives() {
    return List.copyOf(archives);
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
