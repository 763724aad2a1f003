package org.cycleqd.figure;

import java.awt.Paint;
import java.util.Collection;
import org.cycleqd.archive.Range;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** Colours of the values in a range. */
record QualityScale(Range range) implements PaintScale {

  private static final double STEP = 0.05;

  /** The smallest range between multiples of 5 % that holds all values, and at least 5 % wide. */
  static QualityScale around(Collection<Double> values) {
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    long first = (long) Math.floor(low / STEP + 1e-9);
    long last = Math.max(first + 1, (long) Math.ceil(high / STEP - 1e-9));
    return new QualityScale(new Range(first * STEP, last * STEP));
  }

  @Override
  public double getLowerBound() {
    return range.low();
  }

  @Override
  public double getUpperBound() {
    return range.high();
  }

  @Override
  public Paint getPaint(double value) {
    return ColorMap.color((value - range.low()) / (range.high() - range.low()));
  }

  /** A colour bar for the right side of a chart. */
  PaintScaleLegend bar(NumberAxis axis) {
    axis.setRange(range.low(), range.high());
    PaintScaleLegend bar = new PaintScaleLegend(this, axis);
    bar.setPosition(RectangleEdge.RIGHT);
    bar.setStripWidth(12);
    bar.setStripOutlineVisible(false);
    bar.setSubdivisionCount(128);
    bar.setBackgroundPaint(Theme.PAPER);
    bar.setAxisLocation(AxisLocation.BOTTOM_OR_RIGHT);
    // The height of the axis below the map, so that bar and map end alike.
    bar.setMargin(new RectangleInsets(3, 12, 41, 0));
    return bar;
  }
}
