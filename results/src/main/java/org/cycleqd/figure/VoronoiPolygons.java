package org.cycleqd.figure;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Voronoi;

/** The outlines of cells around centroids, cut off at the ends of the axes. */
final class VoronoiPolygons {

  private final Voronoi cells;
  private final List<double[]> centroids = new ArrayList<>();

  VoronoiPolygons(Voronoi cells) {
    this.cells = cells;
    for (int cell = 0; cell < cells.cells(); cell++) {
      double[] at = cells.centroid(cell);
      for (int a = 0; a < at.length; a++) {
        Axis axis = cells.axes().get(a);
        at[a] = (at[a] - axis.low()) / (axis.high() - axis.low());
      }
      centroids.add(at);
    }
  }

  /** The scores where a cell of one axis begins and ends. */
  double[] interval(int cell) {
    double own = centroids.get(cell)[0];
    double low = 0;
    double high = 1;
    for (double[] other : centroids) {
      double middle = (own + other[0]) / 2;
      if (other[0] < own) {
        low = Math.max(low, middle);
      } else if (other[0] > own) {
        high = Math.min(high, middle);
      }
    }
    return new double[] {score(0, low), score(0, high)};
  }

  /** The corners of a cell of two axes as x, y, x, y, ...; empty if it lies outside the ranges. */
  double[] corners(int cell) {
    double[] own = centroids.get(cell);
    List<double[]> corners =
        List.of(new double[] {0, 0}, new double[] {1, 0}, new double[] {1, 1}, new double[] {0, 1});
    for (int other = 0; other < centroids.size() && !corners.isEmpty(); other++) {
      if (other != cell) {
        corners = nearer(corners, own, centroids.get(other));
      }
    }
    double[] flat = new double[2 * corners.size()];
    for (int c = 0; c < corners.size(); c++) {
      flat[2 * c] = score(0, corners.get(c)[0]);
      flat[2 * c + 1] = score(1, corners.get(c)[1]);
    }
    return flat;
  }

  private double score(int axis, double share) {
    Axis found = cells.axes().get(axis);
    return found.low() + share * (found.high() - found.low());
  }

  /** The part of a convex polygon that is nearer to {@code own} than to {@code other}. */
  private static List<double[]> nearer(List<double[]> corners, double[] own, double[] other) {
    double dx = other[0] - own[0];
    double dy = other[1] - own[1];
    double border = dx * (own[0] + other[0]) / 2 + dy * (own[1] + other[1]) / 2;
    List<double[]> kept = new ArrayList<>();
    for (int c = 0; c < corners.size(); c++) {
      double[] from = corners.get(c);
      double[] to = corners.get((c + 1) % corners.size());
      double before = dx * from[0] + dy * from[1] - border;
      double after = dx * to[0] + dy * to[1] - border;
      if (before <= 0) {
        kept.add(from);
      }
      if (before < 0 != after < 0 && before != after) {
        double share = before / (before - after);
        kept.add(
            new double[] {
              from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])
            });
      }
    }
    return kept;
  }
}
