package org.cycleqd.engine;

import java.util.List;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.Mutation;

/**
 * How a child differs from its parents. Crossover comes first, then every mutation in order.
 *
 * @param granularity which tensors share a pair of crossover weights
 * @param mean mean of the crossover weights; 1 in the paper
 * @param sigma standard deviation of the crossover weights; 0.03 in the paper
 * @param mutations the operators; none means crossover only
 * @param perComponent whether every component of every expert has a pair of crossover weights of
 *     its own, whatever the granularity; not so in the paper
 */
public record Variation(
    Granularity granularity,
    double mean,
    double sigma,
    List<Mutation> mutations,
    boolean perComponent) {

  /** The paper's operators (arXiv 2410.14735, sections 3.2, 3.3 and appendix A.1.3). */
  public static final Variation PAPER =
      new Variation(Granularity.MODEL, 1.0, 0.03, List.of(new ExpertBasisMutation(0.3)));

  /** Crossover weights by the granularity alone. */
  public Variation(Granularity granularity, double mean, double sigma, List<Mutation> mutations) {
    this(granularity, mean, sigma, mutations, false);
  }

  /** Copies the mutations and checks that the weights cannot all cancel. */
  public Variation {
    mutations = List.copyOf(mutations);
    if (!Double.isFinite(mean) || !Double.isFinite(sigma) || sigma < 0) {
      throw new IllegalArgumentException(
          "crossover weights need a finite mean and sigma >= 0, got %s and %s"
              .formatted(mean, sigma));
    }
    if (mean == 0 && sigma == 0) {
      throw new IllegalArgumentException(
          "crossover weights with mean 0 and sigma 0 have no sum to divide by");
    }
  }
}
