package org.cycleqd.engine.rival;

import java.util.List;
import org.cycleqd.engine.Breeding;
import org.cycleqd.engine.SearchStrategy;
import org.cycleqd.engine.StrategyChoice;

/** The strategies by name, CycleQD among them. */
public final class Rivals {

  /** One archive after the other, each with an equal share of the children. */
  public static final String MAP_ELITES = "map-elites";

  /** Mixing coefficients drawn evenly. */
  public static final String RANDOM = "random";

  /** Covariance matrix adaptation on mixing coefficients, for the mean score. */
  public static final String CMA_ES = "cma-es";

  /** Non-dominated sorting of all tasks' scores. */
  public static final String NSGA_II = "nsga-ii";

  /** The average and task arithmetic with rising coefficients; nothing is searched. */
  public static final String FIXED = "fixed";

  private Rivals() {}

  /**
   * The strategy that settings or a journal name; a {@link SearchStrategy.Catalogue}.
   *
   * @throws IllegalArgumentException if there is none of this name, or a parameter is missing
   */
  public static SearchStrategy strategy(StrategyChoice choice) {
    return switch (choice.name()) {
      case "cycleqd" -> SearchStrategy.Catalogue.CYCLEQD.strategy(choice);
      case MAP_ELITES -> {
        yield population -> {
          int tasks = population.settings().tasks().size();
          int children = population.settings().children();
          return Breeding.focused(
              population, step -> (int) Math.min(tasks - 1L, (step - 1L) * tasks / children));
        };
      }
      case RANDOM -> {
        double low = choice.parameter("low");
        double high = choice.parameter("high");
        yield population -> new RandomSearch(MixingSpace.of(population), low, high);
      }
      case CMA_ES -> {
        double sigma = choice.parameter("sigma");
        int size = (int) choice.parameter("population");
        yield population -> CovarianceSearch.start(MixingSpace.of(population), sigma, size);
      }
      case NSGA_II -> {
        int size = (int) choice.parameter("population");
        yield population -> NonDominatedSearch.start(population, size);
      }
      case FIXED -> FixedMerges::start;
      default ->
          throw new IllegalArgumentException(
              "strategy: found %s, expected one of %s"
                  .formatted(
                      choice.name(),
                      List.of("cycleqd", MAP_ELITES, RANDOM, CMA_ES, NSGA_II, FIXED)));
    };
  }
}
