package org.cycleqd.archive;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A tessellation of behaviour space by centroids: a point belongs to the nearest one, of equally
 * near ones to that of the lowest number. Distances are Euclidean in units of the axes' ranges;
 * points outside the ranges belong to the nearest centroid too.
 */
public final class Voronoi implements Tessellation {

  /** Far more than distances lose in double precision. */
  private static final double ROUNDING = 1e-9;

  private final List<Axis> axes;
  private final double[][] centroids;
  private final Scale scale;
  private final NearestPoint nearest;
  private final double[][] scaled;

  /**
   * Cells around given centroids.
   *
   * @param axes the behaviour characteristics, at least one
   * @param centroids one score per axis in each, at least one centroid
   * @throws IllegalArgumentException if there is no axis or no centroid, or a centroid has not one
   *     finite score per axis
   */
  public Voronoi(List<Axis> axes, List<double[]> centroids) {
    if (axes.isEmpty() || centroids.isEmpty()) {
      throw new IllegalArgumentException(
          "found %d axes and %d centroids, expected at least one of each"
              .formatted(axes.size(), centroids.size()));
    }
    this.axes = List.copyOf(axes);
    this.centroids = centroids.stream().map(double[]::clone).toArray(double[][]::new);
    this.scale = Scale.of(axes);
    this.scaled = centroids.stream().map(scale::apply).toArray(double[][]::new);
    this.nearest = NearestPoint.of(List.of(scaled));
  }

  @Override
  public List<Axis> axes() {
    return axes;
  }

  @Override
  public int cells() {
    return centroids.length;
  }

  /** The centroid of a cell: one score per axis. */
  public double[] centroid(int cell) {
    return centroids[cell].clone();
  }

  @Override
  public int cell(double... characteristics) {
    return nearest.index(scale.apply(characteristics));
  }

  /**
   * Tests each centroid that is no farther from the box than some centroid is from the box's
   * farthest point: a point of the box can only belong to one of these.
   */
  @Override
  public boolean reaches(double[] low, double[] high, IntPredicate test) {
    double[] from = scale.apply(low);
    double[] to = scale.apply(high);
    double limit = Double.POSITIVE_INFINITY;
    for (double[] point : scaled) {
      limit = Math.min(limit, squaredDistance(point, from, to, true));
    }
    limit += ROUNDING * (1 + limit);
    for (int cell = 0; cell < scaled.length; cell++) {
      if (squaredDistance(scaled[cell], from, to, false) <= limit && test.test(cell)) {
        return true;
      }
    }
    return false;
  }

  /** To the farthest or the nearest point of a box. */
  private static double squaredDistance(
      double[] point, double[] low, double[] high, boolean farthest) {
    double sum = 0;
    for (int a = 0; a < point.length; a++) {
      double below = low[a] - point[a];
      double above = point[a] - high[a];
      double apart =
          farthest
              ? Math.max(Math.abs(below), Math.abs(above))
              : Math.max(0, Math.max(below, above));
      sum += apart * apart;
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Voronoi voronoi
        && axes.equals(voronoi.axes)
        && Arrays.deepEquals(centroids, voronoi.centroids);
  }

  @Override
  public int hashCode() {
    return 31 * axes.hashCode() + Arrays.deepHashCode(centroids);
  }

  @Override
  public String toString() {
    return "Voronoi[%s, %d centroids]".formatted(axes, centroids.length);
  }
}
