package org.cycleqd.archive;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The archive of one task: one elite per cell. Not safe for use by several threads while elites are
 * being added.
 */
public final class Archive implements ArchiveView {

  private final int task;
  private final String taskName;
  private final Grid grid;
  private final NavigableMap<Integer, Elite> elites = new TreeMap<>();

  private Archive(int task, String taskName, Grid grid) {
    this.task = task;
    this.taskName = taskName;
    this.grid = grid;
  }

  /**
   * An empty archive.
   *
   * @param task number of the task whose score is the quality, from 0
   * @param taskName its name
   * @param grid the cells, over the scores of all other tasks in task order
   */
  public static Archive of(int task, String taskName, Grid grid) {
    if (task < 0 || task > grid.axes().size()) {
      throw new IllegalArgumentException(
          "task number %d does not fit %d tasks".formatted(task, grid.axes().size() + 1));
    }
    return new Archive(task, taskName, grid);
  }

  /**
   * Offers a candidate. It is taken if its cell is empty or its quality is strictly greater than
   * the incumbent's.
   *
   * @throws IllegalArgumentException if it has not one score per task
   */
  public AddOutcome add(Elite candidate) {
    int cell = cell(candidate.scores());
    double quality = candidate.scores().get(task);
    @Nullable Elite incumbent = elites.get(cell);
    if (incumbent == null) {
      elites.put(cell, candidate);
      return new AddOutcome(AddOutcome.Status.NEW, cell, quality);
    }
    double value = quality - incumbent.scores().get(task);
    if (value > 0) {
      elites.put(cell, candidate);
      return new AddOutcome(AddOutcome.Status.IMPROVED, cell, value);
    }
    return new AddOutcome(AddOutcome.Status.REJECTED, cell, value);
  }

  @Override
  public int task() {
    return task;
  }

  @Override
  public String taskName() {
    return taskName;
  }

  @Override
  public Grid grid() {
    return grid;
  }

  @Override
  public List<Elite> elites() {
    return List.copyOf(elites.values());
  }

  @Override
  public Optional<Elite> elite(int cell) {
    return Optional.ofNullable(elites.get(cell));
  }

  @Override
  public Optional<Elite> best() {
    return elites.values().stream()
        .max(
            Comparator.comparingDouble((Elite elite) -> elite.scores().get(task))
                .thenComparingInt(Elite::candidate));
  }

  @Override
  public int cell(List<Double> scores) {
    if (scores.size() != grid.axes().size() + 1) {
      throw new IllegalArgumentException(
          "archive %s of %d tasks got %d scores"
              .formatted(taskName, grid.axes().size() + 1, scores.size()));
    }
    double[] characteristics = new double[scores.size() - 1];
    for (int a = 0; a < characteristics.length; a++) {
      characteristics[a] = scores.get(a < task ? a : a + 1);
    }
    return grid.cell(characteristics);
  }

  @Override
  public Metrics metrics(double offset) {
    return Metrics.of(
        elites.values().stream().mapToDouble(elite -> elite.scores().get(task)).toArray(),
        grid.cells(),
        offset);
  }

  @Override
  public ArchiveSnapshot snapshot() {
    return new ArchiveSnapshot(
        taskName,
        grid.axes(),
        elites.entrySet().stream()
            .map(entry -> new ArchiveSnapshot.Cell(entry.getKey(), entry.getValue()))
            .toList());
  }
}
