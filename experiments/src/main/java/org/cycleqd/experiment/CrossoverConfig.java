package org.cycleqd.experiment;

/**
 * The two parents' weights, drawn from a normal distribution and divided by their sum (CycleQD,
 * arXiv 2410.14735, section 3.2).
 *
 * @param mean mean of a weight before the division
 * @param sigma standard deviation of a weight before the division
 * @param perComponent whether every component of every expert has a pair of weights of its own, in
 *     place of one by the genome's granularity
 */
public record CrossoverConfig(
    @Default("1.0") double mean,
    @Default("0.03") double sigma,
    @Default("false") boolean perComponent) {

  /** Checks the distribution. */
  public CrossoverConfig {
    Require.positive("mean", mean);
    Require.atLeast("sigma", sigma, 0.0);
  }
}
