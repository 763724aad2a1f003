package org.cycleqd.spectral;

import org.cycleqd.random.Draws;

/** The uniform weights of a mutation. */
final class ComponentWeights {

  private ComponentWeights() {}

  /**
   * One weight for each component, uniform on [0, maximum), or on [-maximum, maximum) where the
   * range is symmetric.
   */
  static double[] draw(double maximum, boolean symmetric, Draws draws, int components) {
    double[] weights = new double[components];
    for (int i = 0; i < components; i++) {
      double uniform = draws.uniform(i);
      weights[i] = maximum * (symmetric ? 2 * uniform - 1 : uniform);
    }
    return weights;
  }
}
