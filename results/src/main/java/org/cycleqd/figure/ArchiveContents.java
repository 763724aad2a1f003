package org.cycleqd.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.Grid;

/** An archive whose task numbers are known. */
record ArchiveContents(ArchiveSnapshot archive, int task) {

  /** A cell seen along two axes. */
  record Square(int x, int y) {}

  static ArchiveContents of(ArchiveSnapshot archive, List<String> tasks) {
    List<String> others = new ArrayList<>(tasks);
    int task = tasks.indexOf(archive.task());
    others.remove(archive.task());
    List<String> axes = archive.axes().stream().map(Axis::task).toList();
    if (task < 0 || !others.equals(axes)) {
      throw new IllegalArgumentException(
          "archive %s has the axes %s, which does not fit the tasks %s"
              .formatted(archive.task(), axes, tasks));
    }
    return new ArchiveContents(archive, task);
  }

  String name() {
    return archive.task();
  }

  List<Axis> axes() {
    return archive.axes();
  }

  double quality(Elite elite) {
    return elite.scores().get(task);
  }

  /** The score that an axis measures. */
  double characteristic(List<Double> scores, int axis) {
    return scores.get(axis < task ? axis : axis + 1);
  }

  List<Double> qualities() {
    return archive.cells().stream().map(cell -> quality(cell.elite())).toList();
  }

  /** Quality by the number of an occupied cell. */
  Map<Integer, Double> byCell() {
    return archive.cells().stream()
        .collect(Collectors.toMap(ArchiveSnapshot.Cell::index, cell -> quality(cell.elite())));
  }

  /** The elites, the best last. */
  List<Elite> rising() {
    return archive.cells().stream()
        .map(ArchiveSnapshot.Cell::elite)
        .sorted(Comparator.comparingDouble(this::quality).thenComparingInt(Elite::candidate))
        .toList();
  }

  /** The elite of highest quality, among equals the youngest. */
  Optional<Elite> best() {
    return archive.cells().stream()
        .map(ArchiveSnapshot.Cell::elite)
        .max(Comparator.comparingDouble(this::quality).thenComparingInt(Elite::candidate));
  }

  CellLayout layout() {
    return archive.layout();
  }

  /** Best quality by the bin of one axis. */
  NavigableMap<Integer, Double> along(Grid grid, int axis) {
    NavigableMap<Integer, Double> best = new TreeMap<>();
    for (ArchiveSnapshot.Cell cell : archive.cells()) {
      best.merge(grid.bins(cell.index()).get(axis), quality(cell.elite()), Math::max);
    }
    return best;
  }

  /** Best quality by the bins of two axes. */
  NavigableMap<Square, Double> along(Grid grid, int x, int y) {
    NavigableMap<Square, Double> best =
        new TreeMap<>(Comparator.comparingInt(Square::x).thenComparingInt(Square::y));
    for (ArchiveSnapshot.Cell cell : archive.cells()) {
      List<Integer> bins = grid.bins(cell.index());
      best.merge(new Square(bins.get(x), bins.get(y)), quality(cell.elite()), Math::max);
    }
    return best;
  }

  String description() {
    return "Archive of %s: %d of %d cells are occupied%s"
        .formatted(
            name(),
            archive.cells().size(),
            layout().cells(),
            best()
                .map(elite ->
                    ", the best elite is candidate %d with %s %%"
                        .formatted(elite.candidate(), Theme.percent(quality(elite))))
                .orElse(""));
  }
}
