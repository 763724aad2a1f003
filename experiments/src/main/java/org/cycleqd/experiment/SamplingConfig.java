package org.cycleqd.experiment;

/**
 * How parents are drawn from an archive (CycleQD, arXiv 2410.14735, section 3.1).
 *
 * @param alphaLow weight factor of the worst score in an archive; elite sampling only
 * @param alphaHigh weight factor of the best score in an archive; elite sampling only
 */
public record SamplingConfig(
    @Default("elite") Method method,
    @Default("0.5") double alphaLow,
    @Default("0.8") double alphaHigh) {

  /** The rule. */
  public enum Method {
    /** Better models more often. */
    ELITE,
    /** All models alike. */
    RANDOM
  }

  /** Checks the factors. */
  public SamplingConfig {
    Require.positive("alpha_low", alphaLow);
    Require.that(
        alphaHigh >= alphaLow && Double.isFinite(alphaHigh),
        "alpha_high",
        "is %s, allowed: alpha_low (%s) or more".formatted(alphaHigh, alphaLow));
  }
}
