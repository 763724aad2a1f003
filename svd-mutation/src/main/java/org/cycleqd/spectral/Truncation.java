package org.cycleqd.spectral;

import java.util.Optional;
import org.cycleqd.checkpoint.adapter.RankRule;

/**
 * How many singular components of a task vector a genome addresses one by one. The rest of a matrix
 * is not lost: it is one more component, the residual, with a coefficient of its own.
 */
public sealed interface Truncation {

  /** All of them; there is no residual. */
  record Exact() implements Truncation {

    @Override
    public String toString() {
      return "exact";
    }
  }

  /**
   * The leading ones.
   *
   * @param rank how many, 1 or more
   */
  record Rank(int rank) implements Truncation {

    /**
     * Checks the rank.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Rank {
      if (rank < 1) {
        throw new IllegalArgumentException("rank: found %d, expected 1 or more".formatted(rank));
      }
    }

    @Override
    public String toString() {
      return "rank " + rank;
    }
  }

  /**
   * For each matrix the fewest that hold a share of its energy, the sum of the squared singular
   * values.
   *
   * @param share between 0 and 1, exclusive
   */
  record Energy(double share) implements Truncation {

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

    @Override
    public String toString() {
      return "energy " + share;
    }
  }

  /** The same as a rule for approximations; empty if nothing is cut off. */
  default Optional<RankRule> rule() {
    return switch (this) {
      case Exact _ -> Optional.empty();
      case Rank(int rank) -> Optional.of(new RankRule.Fixed(rank));
      case Energy(double share) -> Optional.of(new RankRule.Energy(share));
    };
  }
}
