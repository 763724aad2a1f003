package org.cycleqd.figure;

import java.awt.Paint;
import java.util.List;
import org.cycleqd.archive.Axis;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYAnnotation;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.annotations.XYLineAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.ui.Layer;

/** One chart of an archive: a map over two axes or bars along one. */
final class ArchivePanel {

  private static final int MOST_RULES = 50;

  private ArchivePanel() {}

  static JFreeChart cells(
      ArchiveContents contents, int x, int y, List<Seed> seeds, QualityScale scale) {
    Axis across = contents.axes().get(x);
    Axis up = contents.axes().get(y);
    ArchiveMarkers markers = ArchiveMarkers.over(contents, seeds, x, y);
    XYPlot plot = plot(scoreAxis(across), scoreAxis(up), markers);
    XYItemRenderer renderer = plot.getRenderer();
    box(renderer, across.low(), up.low(), across.high(), up.high(), Theme.EMPTY, true);
    contents
        .along(x, y)
        .forEach((square, quality) ->
            box(
                renderer,
                across.boundary(square.x()),
                up.boundary(square.y()),
                across.boundary(square.x() + 1),
                up.boundary(square.y() + 1),
                scale.getPaint(quality),
                ruled(across) && ruled(up)));
    rules(renderer, across, up.low(), up.high(), true);
    rules(renderer, up, across.low(), across.high(), false);
    boolean hidden = contents.axes().size() > 2;
    String title =
        "Archive of %1$s: quality = %1$s score%2$s"
            .formatted(
                Theme.shorten(contents.name()), hidden ? ", best over the axes not drawn" : "");
    JFreeChart chart = Theme.chart(title, plot, true);
    chart.addSubtitle(scale.bar(Theme.percentAxis(Theme.shorten(contents.name()) + " score, %")));
    return chart;
  }

  static JFreeChart bars(ArchiveContents contents, List<Seed> seeds, QualityScale scale) {
    Axis across = contents.axes().getFirst();
    NumberAxis up = Theme.percentAxis(Theme.shorten(contents.name()) + " score, %");
    up.setRange(0, Math.min(1, scale.range().high() + 0.05));
    XYPlot plot = plot(scoreAxis(across), up, ArchiveMarkers.along(contents, seeds));
    XYItemRenderer renderer = plot.getRenderer();
    double top = up.getUpperBound();
    box(renderer, across.low(), 0, across.high(), top, Theme.EMPTY, true);
    contents
        .along(0)
        .forEach((bin, quality) -> {
          double left = across.boundary(bin);
          double right = across.boundary(bin + 1);
          box(renderer, left, 0, right, top, Theme.PAPER, true);
          box(renderer, left, 0, right, quality, scale.getPaint(quality), ruled(across));
        });
    rules(renderer, across, 0, top, true);
    String title =
        "Archive of %1$s: quality = %1$s score".formatted(Theme.shorten(contents.name()));
    return Theme.chart(title, plot, true);
  }

  private static XYPlot plot(NumberAxis across, NumberAxis up, ArchiveMarkers markers) {
    XYPlot plot = new XYPlot(markers.dataset(), across, up, markers.renderer());
    plot.setFixedLegendItems(markers.legend());
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    return plot;
  }

  private static NumberAxis scoreAxis(Axis axis) {
    NumberAxis drawn =
        Theme.percentAxis(
            "%s score, %s to %s %%"
                .formatted(
                    Theme.shorten(axis.task()),
                    Theme.percent(axis.low()),
                    Theme.percent(axis.high())));
    drawn.setRange(axis.low(), axis.high());
    return drawn;
  }

  /** White lines between cells, left out where they would cover most of the map. */
  private static void rules(
      XYItemRenderer renderer, Axis axis, double from, double to, boolean upright) {
    for (int b = 1; b < axis.bins() && ruled(axis); b++) {
      double at = axis.boundary(b);
      add(
          renderer,
          upright
              ? new XYLineAnnotation(at, from, at, to, Theme.THIN, Theme.PAPER)
              : new XYLineAnnotation(from, at, to, at, Theme.THIN, Theme.PAPER));
    }
  }

  /** A filled box; without rules its edge is painted as well, to leave no seam to its neighbour. */
  private static void box(
      XYItemRenderer renderer,
      double x0,
      double y0,
      double x1,
      double y1,
      Paint paint,
      boolean ruled) {
    add(
        renderer,
        new XYBoxAnnotation(x0, y0, x1, y1, Theme.THIN, ruled ? Theme.CLEAR : paint, paint));
  }

  private static boolean ruled(Axis axis) {
    return axis.bins() <= MOST_RULES;
  }

  private static void add(XYItemRenderer renderer, XYAnnotation annotation) {
    renderer.addAnnotation(annotation, Layer.BACKGROUND);
  }
}
