package org.cycleqd.checkpoint.adapter;

/** How the rank of an approximation is chosen. */
public sealed interface RankRule {

  /**
   * The same rank everywhere, or a matrix's largest where that is less.
   *
   * @param rank 1 or more
   */
  record Fixed(int rank) implements RankRule {

    /**
     * Checks the rank.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Fixed {
      if (rank < 1) {
        throw new IllegalArgumentException("rank: found %d, expected 1 or more".formatted(rank));
      }
    }
  }

  /**
   * For each matrix the smallest rank that keeps a share of its energy, the sum of its squared
   * singular values.
   *
   * @param share between 0 and 1, exclusive
   */
  record Energy(double share) implements RankRule {

    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public Energy {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException(
            "energy: found %s, expected a share between 0 and 1".formatted(share));
      }
    }
  }
}
