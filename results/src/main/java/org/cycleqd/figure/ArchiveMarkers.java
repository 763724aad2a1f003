package org.cycleqd.figure;

import java.awt.Color;
import java.awt.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.cycleqd.archive.Axis;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** The marks of the best elite and of the experts on a chart of an archive. */
final class ArchiveMarkers {

  private static final Shape CIRCLE = Theme.circle(7);
  private static final Shape STAR = Theme.star(10);
  private static final double INSET = 0.025;

  private record Mark(String text, String label, boolean seed, double x, double y) {}

  private final List<Mark> marks;

  private ArchiveMarkers(List<Mark> marks) {
    this.marks = marks;
  }

  /** Marks on a map over two axes. */
  static ArchiveMarkers over(ArchiveContents contents, List<Seed> seeds, int x, int y) {
    return of(
        contents,
        seeds,
        scores -> clamp(contents.axes().get(x), contents.characteristic(scores, x)),
        scores -> clamp(contents.axes().get(y), contents.characteristic(scores, y)));
  }

  /** Marks on bars, as high as their quality. */
  static ArchiveMarkers along(ArchiveContents contents, List<Seed> seeds) {
    return of(
        contents,
        seeds,
        scores -> clamp(contents.axes().getFirst(), contents.characteristic(scores, 0)),
        scores -> scores.get(contents.task()));
  }

  private static ArchiveMarkers of(
      ArchiveContents contents,
      List<Seed> seeds,
      ToDoubleFunction<List<Double>> x,
      ToDoubleFunction<List<Double>> y) {
    List<Mark> marks = new ArrayList<>();
    for (int s = 0; s < seeds.size(); s++) {
      Seed seed = seeds.get(s);
      if (seed.scores().size() != contents.axes().size() + 1) {
        throw new IllegalArgumentException(
            "seed %s has %d scores, the archive of %s needs %d"
                .formatted(
                    seed.name(),
                    seed.scores().size(),
                    contents.name(),
                    contents.axes().size() + 1));
      }
      String text = String.valueOf(s + 1);
      marks.add(
          new Mark(
              text,
              text + " " + Theme.shorten(seed.name()),
              true,
              x.applyAsDouble(seed.scores()),
              y.applyAsDouble(seed.scores())));
    }
    contents
        .best()
        .ifPresent(elite ->
            marks.add(
                new Mark(
                    "",
                    "best, #%d with %s %%"
                        .formatted(elite.candidate(), Theme.percent(contents.quality(elite))),
                    false,
                    x.applyAsDouble(elite.scores()),
                    y.applyAsDouble(elite.scores()))));
    return new ArchiveMarkers(marks);
  }

  private static double clamp(Axis axis, double score) {
    double inset = INSET * (axis.high() - axis.low());
    return Math.clamp(score, axis.low() + inset, axis.high() - inset);
  }

  XYSeriesCollection dataset() {
    XYSeriesCollection dataset = new XYSeriesCollection();
    for (int m = 0; m < marks.size(); m++) {
      XYSeries series = new XYSeries(m);
      series.add(marks.get(m).x(), marks.get(m).y());
      dataset.addSeries(series);
    }
    return dataset;
  }

  XYLineAndShapeRenderer renderer() {
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
    renderer.setUseFillPaint(true);
    renderer.setUseOutlinePaint(true);
    renderer.setDrawOutlines(true);
    renderer.setDefaultItemLabelGenerator((dataset, series, item) -> marks.get(series).text());
    renderer.setDefaultItemLabelsVisible(true);
    renderer.setDefaultItemLabelFont(Theme.MARK);
    renderer.setDefaultItemLabelPaint(Theme.INK);
    renderer.setDefaultPositiveItemLabelPosition(
        new ItemLabelPosition(ItemLabelAnchor.CENTER, TextAnchor.CENTER));
    for (int m = 0; m < marks.size(); m++) {
      renderer.setSeriesShape(m, shape(marks.get(m)));
      renderer.setSeriesFillPaint(m, fill(marks.get(m)));
      renderer.setSeriesOutlinePaint(m, edge(marks.get(m)));
      renderer.setSeriesOutlineStroke(m, Theme.THIN);
    }
    return renderer;
  }

  LegendItemCollection legend() {
    LegendItemCollection items = new LegendItemCollection();
    for (Mark mark : marks) {
      Shape shape = mark.seed() ? Theme.circle(5) : Theme.star(7);
      items.add(
          new LegendItem(mark.label(), "", "", "", shape, fill(mark), Theme.THIN, edge(mark)));
    }
    return items;
  }

  private static Shape shape(Mark mark) {
    return mark.seed() ? CIRCLE : STAR;
  }

  private static Color fill(Mark mark) {
    return mark.seed() ? Theme.PAPER : Theme.HIGHLIGHT;
  }

  private static Color edge(Mark mark) {
    return mark.seed() ? Theme.INK : Theme.PAPER;
  }
}
