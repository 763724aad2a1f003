package org.cycleqd.experiment;

/** What an archive takes. */
@Discriminator("rule")
public sealed interface AddRuleConfig {

  /** A cell takes what is strictly better than its elite. */
  record Strict() implements AddRuleConfig {}

  /**
   * A cell takes what is better than its elite by a sign test over the items.
   *
   * @param level largest probability that chance alone looks as good
   */
  record Confident(@Default("0.05") double level) implements AddRuleConfig {

    /** Checks the number. */
    public Confident {
      Require.that(
          level > 0 && level < 0.5,
          "level",
          "is %s, allowed: above 0 and below 0.5".formatted(level));
    }
  }

  /**
   * A cell takes what is strictly better than its threshold, which moves towards it (CMA-MAE, arXiv
   * 2205.10752).
   *
   * @param learningRate how far the threshold moves, in [0, 1]
   * @param thresholdMin threshold of an empty cell, a score
   */
  record Soft(double learningRate, @Default("0.0") double thresholdMin) implements AddRuleConfig {

    /** Checks the numbers. */
    public Soft {
      Require.between("learning_rate", learningRate, 0, 1);
      Require.between("threshold_min", thresholdMin, -1, 1);
    }
  }

  /**
   * No cells: those stay that are far from everyone at least as good (dominated novelty search,
   * arXiv 2502.00593).
   *
   * @param capacity models in an archive
   * @param neighbours how many of the nearest at least as good ones count
   */
  record DominatedNovelty(@Default("225") int capacity, @Default("3") int neighbours)
      implements AddRuleConfig {

    /** Checks the numbers. */
    public DominatedNovelty {
      Require.between("capacity", capacity, 2, 10_000);
      Require.between("neighbours", neighbours, 1, 10_000);
    }
  }
}
