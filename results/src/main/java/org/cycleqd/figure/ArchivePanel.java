package org.cycleqd.figure;

import java.util.List;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Grid;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;

/** One chart of an archive: a map over two axes or bars along one. */
final class ArchivePanel {

  private ArchivePanel() {}

  static JFreeChart cells(
      ArchiveContents contents, int x, int y, List<Seed> seeds, QualityScale scale) {
    Axis across = contents.axes().get(x);
    Axis up = contents.axes().get(y);
    ArchiveMarkers markers = ArchiveMarkers.over(contents, seeds, x, y);
    XYPlot plot = plot(scoreAxis(across), scoreAxis(up), markers);
    new CellPainter(contents, plot.getRenderer(), scale).map(x, y);
    boolean hidden = contents.axes().size() > 2 && contents.layout() instanceof Grid;
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
    new CellPainter(contents, plot.getRenderer(), scale).bars(up.getUpperBound());
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
}
