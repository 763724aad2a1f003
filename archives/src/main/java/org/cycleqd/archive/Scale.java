package org.cycleqd.archive;

import java.util.List;

/** Behaviour space in units of the axes' ranges, so that all axes weigh alike in distances. */
final class Scale {

  private final double[] widths;

  private Scale(double[] widths) {
    this.widths = widths;
  }

  static Scale of(List<Axis> axes) {
    return new Scale(axes.stream().mapToDouble(axis -> axis.high() - axis.low()).toArray());
  }

  /** Refuses what is not one finite score per axis. */
  double[] apply(double... characteristics) {
    if (characteristics.length != widths.length) {
      throw new IllegalArgumentException(
          "found %d scores, expected one for each of %d axes"
              .formatted(characteristics.length, widths.length));
    }
    double[] scaled = new double[widths.length];
    for (int a = 0; a < scaled.length; a++) {
      if (!Double.isFinite(characteristics[a])) {
        throw new IllegalArgumentException("a score must be finite, was " + characteristics[a]);
      }
      scaled[a] = characteristics[a] / widths[a];
    }
    return scaled;
  }

  double[] undo(double[] scaled) {
    double[] characteristics = new double[widths.length];
    for (int a = 0; a < characteristics.length; a++) {
      characteristics[a] = scaled[a] * widths[a];
    }
    return characteristics;
  }

  static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }
}
