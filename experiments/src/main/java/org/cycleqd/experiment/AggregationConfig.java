package org.cycleqd.experiment;

/**
 * The soft-max weights of the final merge of the archives' best models (CycleQD, arXiv 2410.14735,
 * section 3.4).
 *
 * @param temperature divides the scores, which are fractions in [0, 1]; the paper's value is 1
 */
public record AggregationConfig(@Default("1.0") double temperature) {

  /** Checks the temperature. */
  public AggregationConfig {
    Require.positive("temperature", temperature);
  }
}
