package org.cycleqd.figure;

import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * The course of a search over its candidates: QD score, coverage and best score, one panel each
 * above a common axis.
 *
 * <p>A line is a step function: its value holds until the next candidate. Lines of the same name
 * share their look in all panels. Very long lines are thinned to what the width can show.
 */
public final class ProgressFigure {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 720;
  private static final int MOST_POINTS = 450;

  private ProgressFigure() {}

  /**
   * A value after each of some candidates.
   *
   * @param name of an archive, or of what else is measured
   * @param candidates candidate numbers, not falling
   * @param values one per candidate; NaN where there is none yet
   */
  public record Line(String name, List<Integer> candidates, List<Double> values) {

    /** Copies both lists and checks that they are equally long. */
    public Line {
      candidates = List.copyOf(candidates);
      values = List.copyOf(values);
      if (candidates.size() != values.size()) {
        throw new IllegalArgumentException(
            "line %s has %d candidates but %d values"
                .formatted(name, candidates.size(), values.size()));
      }
    }
  }

  /**
   * Draws the three panels.
   *
   * @param qdScore sum of the elites' quality, one line per archive
   * @param coverage share of occupied cells in [0, 1], one line per archive
   * @param best scores in [0, 1]: the best per archive, then lines that are not an archive's
   */
  public static Figure of(List<Line> qdScore, List<Line> coverage, List<Line> best) {
    SequencedMap<String, Integer> looks = new LinkedHashMap<>();
    for (List<Line> panel : List.of(qdScore, coverage, best)) {
      panel.forEach(line -> looks.putIfAbsent(line.name(), looks.size()));
    }
    int archives = qdScore.size();
    CombinedDomainXYPlot plot = new CombinedDomainXYPlot(Theme.countAxis("candidates"));
    plot.setGap(14);
    plot.add(panel(Theme.numberAxis("QD score"), qdScore, looks, archives));
    plot.add(panel(Theme.percentAxis("coverage, %"), coverage, looks, archives));
    plot.add(panel(Theme.percentAxis("best score, %"), best, looks, archives));
    plot.setFixedLegendItems(legend(looks, archives));
    JFreeChart chart = Theme.chart("Progress of the archives", plot, true);
    return Figure.of("progress", description(qdScore, coverage), WIDTH, HEIGHT, chart);
  }

  private static XYPlot panel(
      NumberAxis axis, List<Line> lines, SequencedMap<String, Integer> looks, int archives) {
    axis.setAutoRangeIncludesZero(false);
    XYSeriesCollection dataset = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setDrawSeriesLineAsPath(true);
    for (int i = 0; i < lines.size(); i++) {
      dataset.addSeries(steps(i, lines.get(i)));
      int look = looks.getOrDefault(lines.get(i).name(), i);
      renderer.setSeriesPaint(i, look < archives ? Theme.task(look) : Theme.INK);
      renderer.setSeriesStroke(i, look < archives ? Theme.line(look) : Theme.dashes(1.5f, 2f, 3f));
    }
    XYPlot plot = new XYPlot(dataset, null, axis, renderer);
    plot.setBackgroundPaint(Theme.PAPER);
    plot.setOutlinePaint(Theme.RULE);
    plot.setDomainGridlinePaint(Theme.RULE);
    plot.setRangeGridlinePaint(Theme.RULE);
    return plot;
  }

  private static XYSeries steps(int key, Line line) {
    XYSeries series = new XYSeries(key, false, true);
    double before = Double.NaN;
    for (int i : shown(line)) {
      int candidate = line.candidates().get(i);
      double value = line.values().get(i);
      if (!Double.isNaN(before) && before != value) {
        series.add(candidate, before);
      }
      if (!Double.isNaN(value)) {
        series.add(candidate, value);
      }
      before = value;
    }
    return series;
  }

  /** Evenly spread numbers of points, with the first and the last. */
  private static List<Integer> shown(Line line) {
    int points = line.values().size();
    int count = Math.min(points, MOST_POINTS);
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shown.add(count == 1 ? 0 : (int) ((long) i * (points - 1) / (count - 1)));
    }
    return shown;
  }

  private static LegendItemCollection legend(SequencedMap<String, Integer> looks, int archives) {
    LegendItemCollection items = new LegendItemCollection();
    looks.forEach((name, look) ->
        items.add(
            new LegendItem(
                Theme.shorten(name),
                "",
                "",
                "",
                new Line2D.Double(-14, 0, 14, 0),
                look < archives ? Theme.line(look) : Theme.dashes(1.5f, 2f, 3f),
                look < archives ? Theme.task(look) : Theme.INK)));
    return items;
  }

  private static String description(List<Line> qdScore, List<Line> coverage) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < qdScore.size() && i < coverage.size(); i++) {
      if (!qdScore.get(i).values().isEmpty() && !coverage.get(i).values().isEmpty()) {
        parts.add(
            "%s ends with QD score %.2f and coverage %s %%"
                .formatted(
                    qdScore.get(i).name(),
                    qdScore.get(i).values().getLast(),
                    Theme.percent(coverage.get(i).values().getLast())));
      }
    }
    return "Progress of the archives over the candidates. " + String.join("; ", parts);
  }
}
