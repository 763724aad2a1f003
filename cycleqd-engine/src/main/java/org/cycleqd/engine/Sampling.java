package org.cycleqd.engine;

import java.util.Arrays;
import java.util.List;
import org.cycleqd.archive.EliteWeights;

/** How parents are drawn from the elites of an archive. */
public sealed interface Sampling {

  /** Elite sampling with the paper's factors (arXiv 2410.14735, appendix A.1.3). */
  Sampling PAPER = new Elite(0.5, 0.8);

  /** The weight of each elite, not normalised. */
  double[] weights(List<List<Double>> scores);

  /**
   * Elites that score higher in any task are drawn more often; see {@link EliteWeights}.
   *
   * @param alphaLow factor of the worst score
   * @param alphaHigh factor of the best score
   */
  record Elite(double alphaLow, double alphaHigh) implements Sampling {

    /** Checks the factors. */
    public Elite {
      EliteWeights checked = new EliteWeights(alphaLow, alphaHigh);
      alphaLow = checked.alphaLow();
      alphaHigh = checked.alphaHigh();
    }

    @Override
    public double[] weights(List<List<Double>> scores) {
      return new EliteWeights(alphaLow, alphaHigh).of(scores);
    }
  }

  /** All elites are drawn equally often. */
  record Uniform() implements Sampling {

    @Override
    public double[] weights(List<List<Double>> scores) {
      double[] weights = new double[scores.size()];
      Arrays.fill(weights, 1.0);
      return weights;
    }
  }
}
