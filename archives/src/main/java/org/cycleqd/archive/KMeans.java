package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Lloyd's k-means, one thread, the same bits everywhere.
 *
 * @param rounds most rounds
 */
record KMeans(int rounds) {

  /**
   * Finds centroids, starting from different points drawn at random.
   *
   * @throws IllegalArgumentException if there are fewer different points than centroids
   */
  List<double[]> centroids(List<double[]> points, int count, LongToDoubleFunction uniform) {
    double[][] centroids = start(points, count, uniform);
    int[] cells = new int[points.size()];
    Arrays.fill(cells, -1);
    for (int round = 0; round < rounds; round++) {
      NearestPoint nearest = NearestPoint.of(Arrays.asList(centroids));
      boolean changed = false;
      for (int p = 0; p < cells.length; p++) {
        int cell = nearest.index(points.get(p));
        changed |= cell != cells[p];
        cells[p] = cell;
      }
      if (!changed) {
        break;
      }
      means(points, cells, centroids);
    }
    return Arrays.asList(centroids);
  }

  private static double[][] start(List<double[]> points, int count, LongToDoubleFunction uniform) {
    int[] order = IntStream.range(0, points.size()).toArray();
    List<double[]> chosen = new ArrayList<>();
    Set<List<Double>> seen = new LinkedHashSet<>();
    for (int i = 0; i < order.length && chosen.size() < count; i++) {
      int other = i + (int) (uniform.applyAsDouble(i) * (order.length - i));
      double[] point = points.get(order[other]);
      order[other] = order[i];
      if (seen.add(Arrays.stream(point).boxed().toList())) {
        chosen.add(point.clone());
      }
    }
    if (chosen.size() < count) {
      throw new IllegalArgumentException(
          "k-means: found %d different points, expected at least the %d centroids"
              .formatted(chosen.size(), count));
    }
    return chosen.toArray(double[][]::new);
  }

  /** Moves each centroid to the mean of its points; one without points stays. */
  private static void means(List<double[]> points, int[] cells, double[][] centroids) {
    double[][] sums = new double[centroids.length][centroids[0].length];
    int[] counts = new int[centroids.length];
    for (int p = 0; p < cells.length; p++) {
      double[] point = points.get(p);
      double[] sum = sums[cells[p]];
      counts[cells[p]]++;
      for (int a = 0; a < sum.length; a++) {
        sum[a] += point[a];
      }
    }
    for (int c = 0; c < centroids.length; c++) {
      for (int a = 0; a < sums[c].length && counts[c] > 0; a++) {
        centroids[c][a] = sums[c][a] / counts[c];
      }
    }
  }
}
