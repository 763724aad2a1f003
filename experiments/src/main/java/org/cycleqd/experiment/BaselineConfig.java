package org.cycleqd.experiment;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A merge of the experts without a search, which the report sets beside what the search found. */
@Discriminator("method")
public sealed interface BaselineConfig {

  /** The row's name in tables; null is the method's. */
  @Nullable String name();

  /** The name in tables, and for {@code compose}. */
  default String label() {
    String given = name();
    return given == null ? ConfigType.kebabCase(getClass()) : given;
  }

  /**
   * The base plus the experts' task vectors (arXiv 2212.04089).
   *
   * @param lambda factor of their sum
   */
  record TaskArithmetic(@Nullable String name, @Default("1.0") double lambda)
      implements BaselineConfig {

    /** Checks name and numbers. */
    public TaskArithmetic {
      check(name, lambda, 1);
    }
  }

  /**
   * Keeps the largest changes of each expert, and of those the ones of the elected sign (arXiv
   * 2306.01708).
   *
   * @param density share of each expert's changes that stays
   * @param lambda factor of the merged change
   */
  record Ties(@Nullable String name, @Default("0.2") double density, @Default("1.0") double lambda)
      implements BaselineConfig {

    /** Checks name and numbers. */
    public Ties {
      check(name, lambda, density);
    }
  }

  /**
   * Drops changes at random and scales the others up to make up for it, then adds them (arXiv
   * 2311.03099).
   *
   * @param density share of each expert's changes that stays
   * @param lambda factor of their sum
   * @param seed of the coins
   */
  record DareLinear(
      @Nullable String name,
      @Default("0.1") double density,
      @Default("1.0") double lambda,
      @Default("1") long seed)
      implements BaselineConfig {

    /** Checks name and numbers. */
    public DareLinear {
      check(name, lambda, density);
    }
  }

  /**
   * The same with the signs of TIES.
   *
   * @param density share of each expert's changes that stays
   * @param lambda factor of the merged change
   * @param seed of the coins
   */
  record DareTies(
      @Nullable String name,
      @Default("0.1") double density,
      @Default("1.0") double lambda,
      @Default("1") long seed)
      implements BaselineConfig {

    /** Checks name and numbers. */
    public DareTies {
      check(name, lambda, density);
    }
  }

  /** The experts' average, drawn to the base by the angle between them (arXiv 2403.19522). */
  record ModelStock(@Nullable String name) implements BaselineConfig {

    /** Checks the name. */
    public ModelStock {
      check(name, 1, 1);
    }
  }

  private static void check(@Nullable String name, double lambda, double density) {
    if (name != null) {
      Require.name("name", name);
      Require.that(
          !Set.of("base", "average", "best", "aggregate", "validated").contains(name)
              && !name.matches("(expert|elite)-.*|[0-9]+"),
          "name",
          "is '%s', allowed: one that no other row of the report can have".formatted(name));
    }
    Require.positive("lambda", lambda);
    Require.that(
        density > 0 && density <= 1,
        "density",
        "is %s, allowed: above 0 and up to 1".formatted(density));
  }
}
