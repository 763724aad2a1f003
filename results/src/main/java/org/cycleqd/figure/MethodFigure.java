package org.cycleqd.figure;

import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.category.StatisticalBarRenderer;
import org.jfree.data.statistics.DefaultStatisticalCategoryDataset;
import org.jspecify.annotations.Nullable;

/**
 * Scores of methods as bars: one group per method, in it one bar per task and one for the mean over
 * tasks, each with a whisker of one standard error to both sides.
 */
public final class MethodFigure {

  private static final int WIDTH = 900;
  private static final int FRAME = 110;
  private static final int BAR = 13;
  private static final int GAP = 14;

  private MethodFigure() {}

  /**
   * A bar.
   *
   * @param score fraction in [0, 1]
   * @param standardError its standard error; NaN where it is not known, which draws no whisker
   */
  public record Bar(double score, double standardError) {}

  /**
   * A method's bars.
   *
   * @param name of the method
   * @param tasks one bar per task
   * @param mean the mean over tasks
   */
  public record Group(String name, List<Bar> tasks, Bar mean) {

    /** Copies the bars. */
    public Group {
      tasks = List.copyOf(tasks);
    }
  }

  /** A name at a place, so that equal names stay apart. */
  private record Key(int place, String name) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
      return Integer.compare(place, other.place);
    }

    @Override
    public String toString() {
      return Theme.shorten(name);
    }
  }

  /**
   * Draws the methods from top to bottom.
   *
   * @param title above the figure, such as the split that was scored
   * @param tasks names of the tasks
   * @param methods the groups, each with one bar per task
   * @throws IllegalArgumentException if a method has another number of bars
   */
  public static Figure of(String title, List<String> tasks, List<Group> methods) {
    DefaultStatisticalCategoryDataset dataset = new DefaultStatisticalCategoryDataset();
    for (int m = 0; m < methods.size(); m++) {
      Group group = methods.get(m);
      if (group.tasks().size() != tasks.size()) {
        throw new IllegalArgumentException(
            "method %s has %d bars for %d tasks"
                .formatted(group.name(), group.tasks().size(), tasks.size()));
      }
      Key method = new Key(m, group.name());
      for (int t = 0; t < tasks.size(); t++) {
        add(dataset, group.tasks().get(t), new Key(t, tasks.get(t)), method);
      }
      add(dataset, group.mean(), new Key(tasks.size(), "mean over tasks"), method);
    }
    int group = BAR * (tasks.size() + 1) + GAP;
    JFreeChart chart = Theme.chart(title, plot(dataset, tasks.size()), true);
    int height = FRAME + group * Math.max(1, methods.size());
    return Figure.of("methods", description(title, methods), WIDTH, height, chart);
  }

  private static void add(
      DefaultStatisticalCategoryDataset dataset, Bar bar, Key series, Key method) {
    @Nullable Double error = Double.isNaN(bar.standardError()) ? null : bar.standardError();
    dataset.add(Double.valueOf(bar.score()), error, series, method);
  }

  private static CategoryPlot plot(DefaultStatisticalCategoryDataset dataset, int tasks) {
    CategoryAxis names = Theme.dress(new CategoryAxis());
    names.setTickLabelFont(Theme.LABEL);
    names.setTickLabelPaint(Theme.INK);
    names.setMaximumCategoryLabelWidthRatio(0.4f);
    names.setLowerMargin(0.01);
    names.setUpperMargin(0.01);
    names.setCategoryMargin((double) GAP / (GAP + BAR * (tasks + 1)));
    NumberAxis scores = Theme.percentAxis("score, % (whiskers: one standard error)");
    scores.setAutoRangeIncludesZero(true);
    StatisticalBarRenderer renderer = new StatisticalBarRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setDrawBarOutline(false);
    renderer.setItemMargin(0.06);
    renderer.setErrorIndicatorPaint(Theme.INK);
    renderer.setErrorIndicatorStroke(Theme.THIN);
    for (int t = 0; t < tasks; t++) {
      renderer.setSeriesPaint(t, Theme.task(t));
    }
    renderer.setSeriesPaint(tasks, Theme.MEAN);
    CategoryPlot plot = new CategoryPlot(dataset, names, scores, renderer);
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setRangeGridlinePaint(Theme.RULE);
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    return plot;
  }

  private static String description(String title, List<Group> methods) {
    List<String> parts = new ArrayList<>();
    for (Group method : methods) {
      parts.add("%s %s %%".formatted(method.name(), Theme.percent(method.mean().score())));
    }
    return title + ". Mean over tasks: " + String.join(", ", parts);
  }
}
