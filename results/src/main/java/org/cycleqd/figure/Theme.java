package org.cycleqd.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickUnits;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** Fonts, colours and the dress of charts and axes, the same in every figure. */
final class Theme {

  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  static final Font MARK = new Font(Font.SANS_SERIF, Font.BOLD, 10);

  static final Color CLEAR = new Color(0, 0, 0, 0);
  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x222222);
  static final Color SOFT_INK = new Color(0x555555);
  static final Color RULE = new Color(0xd9d9d9);
  static final Color EMPTY = new Color(0xebebeb);
  static final Color HIGHLIGHT = new Color(0xd7191c);
  static final Color MEAN = new Color(0x4d4d4d);

  static final Stroke THIN = new BasicStroke(1.0f);

  /** Colours of Okabe and Ito's palette that stand out from white. */
  private static final List<Color> TASKS =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0xe69f00),
          new Color(0x56b4e9));

  private static final int LONGEST_LABEL = 30;

  private Theme() {}

  /** Colour of a task. */
  static Color task(int index) {
    return TASKS.get(index % TASKS.size());
  }

  /** Line of a task: solid for the first, then ever shorter dashes. */
  static Stroke line(int index) {
    float dash = 14f / index;
    return index == 0
        ? new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
        : dashes(2f, dash, 4f);
  }

  static Stroke dashes(float width, float... dash) {
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, dash, 0f);
  }

  static Shape circle(double radius) {
    return new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
  }

  static Shape star(double radius) {
    Path2D star = new Path2D.Double();
    for (int corner = 0; corner < 10; corner++) {
      double distance = corner % 2 == 0 ? radius : 0.42 * radius;
      double angle = Math.PI * corner / 5;
      double x = distance * Math.sin(angle);
      double y = -distance * Math.cos(angle);
      if (corner == 0) {
        star.moveTo(x, y);
      } else {
        star.lineTo(x, y);
      }
    }
    star.closePath();
    return star;
  }

  /** A name that fits beside an axis. */
  static String shorten(String name) {
    int[] points = name.codePoints().toArray();
    return points.length <= LONGEST_LABEL
        ? name
        : new String(points, 0, LONGEST_LABEL - 1) + "\u2026";
  }

  /** A fraction as a percentage with one decimal, without the sign. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f", 100 * fraction);
  }

  /** An axis of fractions, shown in percent. */
  static NumberAxis percentAxis(String label) {
    NumberAxis axis = new NumberAxis(label);
    TickUnits units = new TickUnits();
    for (double step : new double[] {0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5}) {
      units.add(new NumberTickUnit(step / 100, percentFormat("0.00")));
      units.add(new NumberTickUnit(step / 10, percentFormat("0.0")));
      units.add(new NumberTickUnit(step, percentFormat("0")));
    }
    axis.setStandardTickUnits(units);
    return dress(axis);
  }

  private static NumberFormat percentFormat(String pattern) {
    DecimalFormat format =
        new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    format.setMultiplier(100);
    return format;
  }

  static NumberAxis countAxis(String label) {
    NumberAxis axis = new NumberAxis(label);
    axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
    return dress(axis);
  }

  static NumberAxis numberAxis(String label) {
    NumberAxis axis = new NumberAxis(label);
    axis.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
    return dress(axis);
  }

  static <A extends Axis> A dress(A axis) {
    axis.setLabelFont(LABEL);
    axis.setLabelPaint(INK);
    axis.setTickLabelFont(TICK);
    axis.setTickLabelPaint(SOFT_INK);
    axis.setAxisLinePaint(SOFT_INK);
    axis.setTickMarkPaint(SOFT_INK);
    return axis;
  }

  static JFreeChart chart(String title, Plot plot, boolean legend) {
    plot.setBackgroundPaint(PAPER);
    plot.setOutlineVisible(false);
    JFreeChart chart = new JFreeChart(null, TITLE, plot, false);
    chart.setBackgroundPaint(PAPER);
    chart.setBorderVisible(false);
    chart.setPadding(new RectangleInsets(6, 6, 6, 10));
    if (!title.isEmpty()) {
      TextTitle text = new TextTitle(title, TITLE);
      text.setPaint(INK);
      text.setPadding(2, 2, 6, 2);
      chart.setTitle(text);
    }
    if (legend) {
      LegendTitle items = new LegendTitle(plot);
      items.setItemFont(TICK);
      items.setItemPaint(INK);
      items.setBackgroundPaint(PAPER);
      items.setFrame(BlockBorder.NONE);
      items.setPosition(RectangleEdge.BOTTOM);
      chart.addLegend(items);
    }
    return chart;
  }
}
