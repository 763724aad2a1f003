package org.cycleqd.archive;

import java.util.Arrays;
import java.util.List;

/**
 * Elite sampling (CycleQD, arXiv 2410.14735, section 3.1): the chance of model {@code j} to become
 * a parent is proportional to
 *
 * <pre>gamma_j = product over all tasks i of
 *     alphaLow + (f_ji - min_i) / (max_i - min_i) * (alphaHigh - alphaLow)</pre>
 *
 * with the smallest and largest score among the models given. Quality and behaviour characteristics
 * count alike. A task in which all models have the same score tells them apart by nothing: its
 * factor is 1 for all.
 *
 * @param alphaLow factor of the worst score, above 0; 0.5 in the paper
 * @param alphaHigh factor of the best score, at least {@code alphaLow}; 0.8 in the paper
 */
public record EliteWeights(double alphaLow, double alphaHigh) {

  /** Checks that {@code 0 < alphaLow <= alphaHigh}. */
  public EliteWeights {
    if (!(alphaLow > 0) || !(alphaHigh >= alphaLow) || !Double.isFinite(alphaHigh)) {
      throw new IllegalArgumentException(
          "elite sampling needs 0 < alpha low <= alpha high, got %s and %s"
              .formatted(alphaLow, alphaHigh));
    }
  }

  /**
   * The weights of some models, not normalised to a sum of one.
   *
   * @param scores each model's scores in task order
   */
  public double[] of(List<List<Double>> scores) {
    double[] gamma = new double[scores.size()];
    Arrays.fill(gamma, 1.0);
    int tasks = scores.isEmpty() ? 0 : scores.getFirst().size();
    for (int i = 0; i < tasks; i++) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      double[] column = new double[gamma.length];
      for (int j = 0; j < gamma.length; j++) {
        column[j] = scores.get(j).get(i);
        min = Math.min(min, column[j]);
        max = Math.max(max, column[j]);
      }
      for (int j = 0; j < gamma.length && min < max; j++) {
        double normalised = (column[j] - min) / (max - min);
        gamma[j] *= alphaLow + normalised * (alphaHigh - alphaLow);
      }
    }
    return gamma;
  }
}
