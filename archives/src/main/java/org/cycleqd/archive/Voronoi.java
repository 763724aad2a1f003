package org.cycleqd.archive;

import java.util.Arrays;
import java.util.List;

/**
 * A tessellation of behaviour space by centroids: a point belongs to the nearest one, of equally
 * near ones to that of the lowest number. Distances are Euclidean in units of the axes' ranges;
 * points outside the ranges belong to the nearest centroid too.
 */
public final class Voronoi implements Tessellation {

  private final List<Axis> axes;
  private final double[][] centroids;
  private final Scale scale;
  private final NearestPoint nearest;

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
    this.nearest = NearestPoint.of(centroids.stream().map(scale::apply).toList());
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
