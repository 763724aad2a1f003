package org.cycleqd.archive;

import java.util.Arrays;

/**
 * Mean distance to the nearest of the others that are at least as good.
 *
 * @param neighbours how many of the nearest count; fewer where there are fewer
 */
record DominatedNoveltyScore(int neighbours) {

  /** The score of each point; infinite where no other is at least as good. */
  double[] of(double[][] points, double[] qualities) {
    double[] scores = new double[points.length];
    double[] distances = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      int count = 0;
      for (int j = 0; j < points.length; j++) {
        if (j != i && qualities[j] >= qualities[i]) {
          distances[count++] = Math.sqrt(Scale.squaredDistance(points[i], points[j]));
        }
      }
      Arrays.sort(distances, 0, count);
      int near = Math.min(neighbours, count);
      double sum = 0;
      for (int n = 0; n < near; n++) {
        sum += distances[n];
      }
      scores[i] = near == 0 ? Double.POSITIVE_INFINITY : sum / near;
    }
    return scores;
  }
}
