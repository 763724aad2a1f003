package org.cycleqd.experiment;

/** What proposes children: CycleQD, or a rival under the same budget. */
@Discriminator("name")
public sealed interface StrategyConfig {

  /** CycleQD: the tasks take turns. */
  record Cycleqd() implements StrategyConfig {}

  /** One archive after the other, each with an equal share of the children. */
  record MapElites() implements StrategyConfig {}

  /**
   * Mixing coefficients drawn evenly.
   *
   * @param low the least
   * @param high the greatest
   */
  record Random(@Default("0.0") double low, @Default("1.0") double high) implements StrategyConfig {

    /** Checks the range. */
    public Random {
      Require.that(
          low < high && Double.isFinite(low) && Double.isFinite(high),
          "high",
          "is %s, allowed: above low (%s)".formatted(high, low));
    }
  }

  /**
   * CMA-ES on mixing coefficients, for the mean score.
   *
   * @param sigma first standard deviation of a coefficient
   * @param population children of an update; 0 is {@code 4 + floor(3 ln n)} for {@code n}
   *     coefficients
   */
  record CmaEs(@Default("0.2") double sigma, @Default("0") int population)
      implements StrategyConfig {

    /** Checks the numbers. */
    public CmaEs {
      Require.positive("sigma", sigma);
      Require.between("population", population, 0, 1_000_000);
      Require.that(population != 1, "population", "is 1, allowed: 0, or 2 or more");
    }
  }

  /**
   * NSGA-II with every task's score as an objective.
   *
   * @param population parents, and children of a generation
   */
  record NsgaIi(@Default("48") int population) implements StrategyConfig {

    /** Checks the number. */
    public NsgaIi {
      Require.between("population", population, 2, 1_000_000);
    }
  }

  /** The average, and task arithmetic with coefficients that rise evenly to 1. */
  record Fixed() implements StrategyConfig {}
}
