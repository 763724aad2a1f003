package org.cycleqd.figure;

import java.awt.Paint;
import java.awt.geom.Ellipse2D;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.Grid;
import org.cycleqd.archive.Range;
import org.cycleqd.archive.Voronoi;
import org.jfree.chart.annotations.XYAnnotation;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.annotations.XYLineAnnotation;
import org.jfree.chart.annotations.XYPolygonAnnotation;
import org.jfree.chart.annotations.XYShapeAnnotation;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.ui.Layer;

/** Draws the cells of an archive behind a chart's marks. */
record CellPainter(ArchiveContents contents, XYItemRenderer renderer, QualityScale scale) {

  private static final int MOST_RULES = 50;
  private static final int MOST_OUTLINES = 2500;
  private static final double DOT = 0.014;

  /** A map over two of the axes. */
  void map(int x, int y) {
    Axis across = contents.axes().get(x);
    Axis up = contents.axes().get(y);
    box(across.low(), up.low(), across.high(), up.high(), Theme.EMPTY, true);
    switch (contents.layout()) {
      case Grid grid -> squares(grid, x, y);
      case Voronoi cells when contents.axes().size() == 2 -> polygons(cells);
      default -> {
        for (Elite elite : contents.rising()) {
          dot(
              elite,
              new Range(across.low(), across.high()),
              new Range(up.low(), up.high()),
              contents.characteristic(elite.scores(), x),
              contents.characteristic(elite.scores(), y));
        }
      }
    }
  }

  /** Bars along the only axis, up to the top of the chart where cells are empty. */
  void bars(double top) {
    Axis across = contents.axes().getFirst();
    box(across.low(), 0, across.high(), top, Theme.EMPTY, true);
    switch (contents.layout()) {
      case Grid grid -> {
        contents
            .along(grid, 0)
            .forEach((bin, quality) ->
                bar(across.boundary(bin), across.boundary(bin + 1), top, quality, ruled(across)));
        rules(across, 0, top, true);
      }
      case Voronoi cells -> {
        VoronoiPolygons polygons = new VoronoiPolygons(cells);
        contents
            .byCell()
            .forEach((cell, quality) -> {
              double[] ends = polygons.interval(cell);
              bar(ends[0], ends[1], top, quality, false);
            });
      }
      default -> {
        for (Elite elite : contents.rising()) {
          dot(
              elite,
              new Range(across.low(), across.high()),
              new Range(0, top),
              contents.characteristic(elite.scores(), 0),
              contents.quality(elite));
        }
      }
    }
  }

  private void squares(Grid grid, int x, int y) {
    Axis across = grid.axes().get(x);
    Axis up = grid.axes().get(y);
    contents
        .along(grid, x, y)
        .forEach((square, quality) ->
            box(
                across.boundary(square.x()),
                up.boundary(square.y()),
                across.boundary(square.x() + 1),
                up.boundary(square.y() + 1),
                scale.getPaint(quality),
                ruled(across) && ruled(up)));
    rules(across, up.low(), up.high(), true);
    rules(up, across.low(), across.high(), false);
  }

  private void polygons(Voronoi cells) {
    VoronoiPolygons polygons = new VoronoiPolygons(cells);
    var qualities = contents.byCell();
    boolean outlined = cells.cells() <= MOST_OUTLINES;
    for (int cell = 0; cell < cells.cells(); cell++) {
      double[] corners = polygons.corners(cell);
      Double quality = qualities.get(cell);
      if (corners.length >= 6 && (outlined || quality != null)) {
        Paint paint = quality == null ? Theme.EMPTY : scale.getPaint(quality);
        add(new XYPolygonAnnotation(corners, Theme.THIN, outlined ? Theme.PAPER : paint, paint));
      }
    }
  }

  private void dot(Elite elite, Range across, Range up, double x, double y) {
    double width = DOT * (across.high() - across.low());
    double height = DOT * (up.high() - up.low());
    double middle = Math.clamp(x, across.low() + width, across.high() - width);
    double level = Math.clamp(y, up.low() + height, up.high() - height);
    add(
        new XYShapeAnnotation(
            new Ellipse2D.Double(middle - width, level - height, 2 * width, 2 * height),
            Theme.THIN,
            Theme.PAPER,
            scale.getPaint(contents.quality(elite))));
  }

  private void bar(double left, double right, double top, double quality, boolean ruled) {
    box(left, 0, right, top, Theme.PAPER, true);
    box(left, 0, right, quality, scale.getPaint(quality), ruled);
  }

  /** White lines between cells, left out where they would cover most of the map. */
  private void rules(Axis axis, double from, double to, boolean upright) {
    for (int b = 1; b < axis.bins() && ruled(axis); b++) {
      double at = axis.boundary(b);
      add(
          upright
              ? new XYLineAnnotation(at, from, at, to, Theme.THIN, Theme.PAPER)
              : new XYLineAnnotation(from, at, to, at, Theme.THIN, Theme.PAPER));
    }
  }

  /** A filled box; without rules its edge is painted as well, to leave no seam to its neighbour. */
  private void box(double x0, double y0, double x1, double y1, Paint paint, boolean ruled) {
    add(new XYBoxAnnotation(x0, y0, x1, y1, Theme.THIN, ruled ? Theme.CLEAR : paint, paint));
  }

  private static boolean ruled(Axis axis) {
    return axis.bins() <= MOST_RULES;
  }

  private void add(XYAnnotation annotation) {
    renderer.addAnnotation(annotation, Layer.BACKGROUND);
  }
}
