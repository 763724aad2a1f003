package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * How a centroidal Voronoi tessellation is made (CVT-MAP-Elites, arXiv 1610.05729): k-means over
 * points that are uniform in the axes' ranges.
 *
 * @param cells number of cells, at least 2
 * @param samples number of points, at least as many as cells
 * @param rounds most rounds of k-means; it ends earlier when no point changes its cell
 */
public record CvtRule(int cells, int samples, int rounds) {

  private static final int SAMPLES = 25_000;
  private static final int SAMPLES_PER_CELL = 20;
  private static final int ROUNDS = 50;

  /** Checks the numbers. */
  public CvtRule {
    if (cells < 2 || samples < cells || rounds < 1) {
      throw new IllegalArgumentException(
          "cvt: found %d cells, %d samples and %d rounds, expected 2 cells or more, as many samples and 1 round"
              .formatted(cells, samples, rounds));
    }
  }

  /** The paper's 25,000 points, or 20 for each cell where that is more, and 50 rounds. */
  public static CvtRule of(int cells) {
    return new CvtRule(
        cells,
        (int) Math.max(SAMPLES, Math.min(1L << 30, (long) SAMPLES_PER_CELL * cells)),
        ROUNDS);
  }

  /**
   * Makes the tessellation.
   *
   * @param axes the behaviour characteristics
   * @param uniform independent numbers in [0, 1) by index
   */
  public Voronoi over(List<Axis> axes, LongToDoubleFunction uniform) {
    int dimensions = axes.size();
    List<double[]> points = new ArrayList<>();
    for (long i = 0; i < samples; i++) {
      double[] point = new double[dimensions];
      for (int a = 0; a < dimensions; a++) {
        double share = uniform.applyAsDouble(i * dimensions + a);
        point[a] = axes.get(a).low() + share * (axes.get(a).high() - axes.get(a).low());
      }
      points.add(point);
    }
    long used = (long) samples * dimensions;
    return over(axes, points, i -> uniform.applyAsDouble(used + i));
  }

  /**
   * Makes the tessellation from points of the caller's, in place of {@link #samples}.
   *
   * @param points one score per axis in each
   * @param uniform independent numbers in [0, 1) by index
   * @throws IllegalArgumentException if there are fewer different points than cells
   */
  public Voronoi over(List<Axis> axes, List<double[]> points, LongToDoubleFunction uniform) {
    Scale scale = Scale.of(axes);
    List<double[]> scaled = points.stream().map(scale::apply).toList();
    return new Voronoi(
        axes,
        new KMeans(rounds).centroids(scaled, cells, uniform).stream().map(scale::undo).toList());
  }
}
