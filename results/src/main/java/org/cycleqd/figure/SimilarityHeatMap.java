package org.cycleqd.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cycleqd.archive.Range;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYBoxAnnotation;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeriesCollection;

/** A square of cosines between experts, with every value written into its cell. */
public final class SimilarityHeatMap {

  private static final int FRAME = 40;
  private static final int CELL = 72;
  private static final int CHARACTER = 8;

  /** Longer names would not fit above a column; all columns are then numbered. */
  private static final int LONGEST_COLUMN_NAME = 10;

  /** Lightness of the colour map, from 0 to 1, above which dark text reads better than white. */
  private static final double DARK_TEXT_FROM = 0.55;

  private SimilarityHeatMap() {}

  /**
   * Draws K experts.
   *
   * @param title above the map: what was compared
   * @param labels names of the experts
   * @param cosines [K][K] cosines in [-1, 1], by rows
   * @throws IllegalArgumentException if the rows are not a square of the labels' size, or a value
   *     is not finite
   */
  public static Figure of(String title, List<String> labels, List<List<Double>> cosines) {
    check(labels, cosines);
    int experts = labels.size();
    XYItemRenderer renderer = new XYLineAndShapeRenderer();
    double lowest = cosines.stream().flatMap(List::stream).reduce(0.0, Math::min);
    QualityScale scale = new QualityScale(new Range(lowest < -1e-3 ? -1 : 0, 1));
    for (int row = 0; row < experts; row++) {
      for (int column = 0; column < experts; column++) {
        cell(renderer, scale, row, column, cosines.get(row).get(column));
      }
    }
    boolean numbered = labels.stream().anyMatch(label -> length(label) > LONGEST_COLUMN_NAME);
    List<String> rowNames = new ArrayList<>();
    List<String> columnNames = new ArrayList<>();
    for (int e = 0; e < experts; e++) {
      String label = Theme.shorten(labels.get(e));
      rowNames.add(numbered ? (e + 1) + "  " + label : label);
      columnNames.add(numbered ? String.valueOf(e + 1) : label);
    }
    NumberAxis rows = names(rowNames);
    rows.setInverted(true);
    XYPlot plot = new XYPlot(new XYSeriesCollection(), names(columnNames), rows, renderer);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    JFreeChart chart = Theme.chart(title, plot, false);
    int longest = rowNames.stream().mapToInt(SimilarityHeatMap::length).max().orElse(0);
    int width = Math.max(CHARACTER * title.length(), CHARACTER * longest + CELL * experts) + FRAME;
    return Figure.of(
        "similarity " + title,
        description(title, labels),
        width,
        FRAME + 30 + CELL * experts,
        chart);
  }

  private static int length(String label) {
    return label.codePointCount(0, label.length());
  }

  private static void check(List<String> labels, List<List<Double>> cosines) {
    boolean square =
        !labels.isEmpty()
            && cosines.size() == labels.size()
            && cosines.stream().allMatch(row -> row.size() == labels.size());
    if (!square) {
      throw new IllegalArgumentException(
          "similarity of %d experts needs as many rows and columns, got %s"
              .formatted(labels.size(), cosines));
    }
    for (List<Double> row : cosines) {
      for (double cosine : row) {
        if (!Double.isFinite(cosine)) {
          throw new IllegalArgumentException("a cosine must be finite, got " + row);
        }
      }
    }
  }

  private static void cell(
      XYItemRenderer renderer, QualityScale scale, int row, int column, double cosine) {
    renderer.addAnnotation(
        new XYBoxAnnotation(
            column - 0.5,
            row + 0.5,
            column + 0.5,
            row - 0.5,
            Theme.THIN,
            Theme.PAPER,
            scale.getPaint(cosine)));
    XYTextAnnotation text =
        new XYTextAnnotation(String.format(Locale.ROOT, "%.3f", cosine), column, row);
    text.setFont(Theme.LABEL);
    double place =
        (cosine - scale.getLowerBound()) / (scale.getUpperBound() - scale.getLowerBound());
    text.setPaint(place > DARK_TEXT_FROM ? Theme.INK : Color.WHITE);
    renderer.addAnnotation(text);
  }

  private static NumberAxis names(List<String> labels) {
    String[] symbols = labels.toArray(String[]::new);
    SymbolAxis axis = Theme.dress(new SymbolAxis(null, symbols));
    axis.setGridBandsVisible(false);
    axis.setRange(-0.5, labels.size() - 0.5);
    axis.setTickMarksVisible(false);
    return axis;
  }

  private static String description(String title, List<String> labels) {
    return title + " of " + String.join(", ", labels);
  }
}
