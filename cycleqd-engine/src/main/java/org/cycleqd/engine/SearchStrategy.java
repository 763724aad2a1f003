package org.cycleqd.engine;

/** How a search chooses what to score next. New strategies plug in here. */
@FunctionalInterface
public interface SearchStrategy {

  /**
   * Starts a search.
   *
   * @param population settings, archives and elites of the search; they change while it goes on
   */
  Proposer start(Population population);

  /** Finds the strategy that settings or a journal name. */
  @FunctionalInterface
  interface Catalogue {

    /** Knows CycleQD alone. */
    Catalogue CYCLEQD =
        choice -> {
          if (choice.equals(StrategyChoice.CYCLEQD)) {
            return Breeding::cyclic;
          }
          throw new IllegalArgumentException(
              "strategy: found %s, expected cycleqd".formatted(choice.name()));
        };

    /**
     * The strategy.
     *
     * @throws IllegalArgumentException if there is none of this name, or its parameters are wrong
     */
    SearchStrategy strategy(StrategyChoice choice);
  }
}
