package org.cycleqd.figure;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Range;
import org.jfree.chart.JFreeChart;

/**
 * A heat map of one archive: behaviour characteristics along the axes, quality as colour.
 *
 * <p>With three tasks (two axes) each cell of the archive is a cell of the map. With two tasks (one
 * axis) a cell is a bar as high as its quality. With more than three tasks there is one panel per
 * pair of axes, where a cell shows the best quality over all cells that differ only in the axes not
 * drawn.
 *
 * <p>Cells around centroids are drawn as they are with three tasks or two; where they have more
 * axes, and in archives without cells, each elite is a dot at its scores.
 *
 * <p>Light grey cells are empty. Numbered circles mark the experts and a star marks the best elite,
 * at their scores; marks outside an axis' range stand at its end, as the archive places them.
 */
public final class ArchiveHeatMap {

  private static final int WIDTH = 420;
  private static final int HEIGHT = 430;
  private static final int PANELS_PER_ROW = 2;

  private ArchiveHeatMap() {}

  /**
   * Draws an archive with colours spread over the qualities it holds, rounded outwards to 5 %.
   *
   * @param archive what to draw
   * @param tasks names of all tasks in task order, as in the elites' scores
   * @param seeds experts to mark, may be empty
   * @throws IllegalArgumentException if the tasks are not the archive's own task and its axes
   */
  public static Figure of(ArchiveSnapshot archive, List<String> tasks, List<Seed> seeds) {
    ArchiveContents contents = ArchiveContents.of(archive, tasks);
    return draw(contents, seeds, QualityScale.around(contents.qualities()));
  }

  /**
   * Draws an archive with colours spread over a given range, which makes figures of several moments
   * or runs comparable.
   *
   * @param archive what to draw
   * @param tasks names of all tasks in task order, as in the elites' scores
   * @param seeds experts to mark, may be empty
   * @param quality range of the colours; qualities outside are clipped
   * @throws IllegalArgumentException if the tasks are not the archive's own task and its axes
   */
  public static Figure of(
      ArchiveSnapshot archive, List<String> tasks, List<Seed> seeds, Range quality) {
    return draw(ArchiveContents.of(archive, tasks), seeds, new QualityScale(quality));
  }

  private static Figure draw(ArchiveContents contents, List<Seed> seeds, QualityScale scale) {
    List<Axis> axes = contents.axes();
    List<JFreeChart> charts = new ArrayList<>();
    if (axes.size() == 1) {
      charts.add(ArchivePanel.bars(contents, seeds, scale));
    }
    for (int x = 0; x < axes.size(); x++) {
      for (int y = x + 1; y < axes.size(); y++) {
        charts.add(ArchivePanel.cells(contents, x, y, seeds, scale));
      }
    }
    return page(contents, charts);
  }

  private static Figure page(ArchiveContents contents, List<JFreeChart> charts) {
    int columns = Math.min(PANELS_PER_ROW, charts.size());
    int rows = (charts.size() + columns - 1) / columns;
    List<Figure.Panel> panels = new ArrayList<>();
    for (int p = 0; p < charts.size(); p++) {
      int row = p / columns;
      int left = WIDTH * (p % columns);
      int top = HEIGHT * row;
      panels.add(new Figure.Panel(charts.get(p), new Rectangle2D.Double(left, top, WIDTH, HEIGHT)));
    }
    return Figure.of(
        "archive-%d-%s".formatted(contents.task() + 1, contents.name()),
        contents.description(),
        columns * WIDTH,
        rows * HEIGHT,
        panels);
  }
}
