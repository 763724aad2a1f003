package org.cycleqd.archive;

/** What an archive takes. */
public sealed interface AddRule {

  /** A cell takes what is strictly better than its elite; among equals the first stays. */
  record Strict() implements AddRule {}

  /**
   * A cell takes what is better than its elite with confidence: by a one-sided exact sign test over
   * the quality's items that the two score differently (McNemar's test where items score 0 or 1).
   * It keeps lucky scores out at the price of a slower rise; one elite may be tested against many.
   *
   * @param level largest probability that chance alone looks as good, above 0 and below 0.5
   */
  record Confident(double level) implements AddRule {

    /** Checks the number. */
    public Confident {
      if (!(level > 0 && level < 0.5)) {
        throw new IllegalArgumentException(
            "level: found %s, expected a number above 0 and below 0.5".formatted(level));
      }
    }
  }

  /**
   * A cell takes what is strictly better than its threshold, which then moves towards it (CMA-MAE,
   * arXiv 2205.10752, section 4): {@code t' = (1 - learningRate) t + learningRate f}. A new elite
   * may so be worse than the one it replaces.
   *
   * @param learningRate in [0, 1]; 1 is {@link Strict} with a lowest quality, but for batches,
   *     after which a threshold is the mean of what was accepted
   * @param minimum threshold of an empty cell, in the unit of quality
   */
  record Soft(double learningRate, double minimum) implements AddRule {

    /** Checks both numbers. */
    public Soft {
      if (!(learningRate >= 0 && learningRate <= 1)) {
        throw new IllegalArgumentException(
            "learning rate: found %s, expected a number in [0, 1]".formatted(learningRate));
      }
      if (!Double.isFinite(minimum)) {
        throw new IllegalArgumentException(
            "lowest threshold: found %s, expected a finite number".formatted(minimum));
      }
    }
  }

  /**
   * No cells: of all candidates those stay that are far from everyone at least as good (dominated
   * novelty search, arXiv 2502.00593). A candidate's score is its mean distance to the nearest of
   * the others that are at least as good, infinite if there is none; when the archive is full the
   * lowest score leaves, among equals the youngest.
   *
   * @param capacity number of candidates that stay
   * @param neighbours how many of the nearest count
   */
  record DominatedNovelty(int capacity, int neighbours) implements AddRule {

    /** Checks both numbers. */
    public DominatedNovelty {
      if (capacity < 2 || neighbours < 1) {
        throw new IllegalArgumentException(
            "dominated novelty: found capacity %d and %d neighbours, expected 2 and 1 or more"
                .formatted(capacity, neighbours));
      }
    }
  }
}
