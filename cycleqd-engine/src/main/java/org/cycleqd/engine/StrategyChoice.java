package org.cycleqd.engine;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which strategy a search follows, as journals record it.
 *
 * @param name its name
 * @param parameters its numbers, by name
 */
public record StrategyChoice(String name, SortedMap<String, Double> parameters) {

  /** CycleQD itself, of which journals say nothing. */
  public static final StrategyChoice CYCLEQD = StrategyChoice.of("cycleqd", Map.of());

  /** Copies the parameters. */
  public StrategyChoice {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    if (name.isBlank()) {
      throw new IllegalArgumentException("a strategy needs a name");
    }
  }

  /** A strategy with these parameters. */
  public static StrategyChoice of(String name, Map<String, Double> parameters) {
    return new StrategyChoice(name, new TreeMap<>(parameters));
  }

  /**
   * The value of a parameter.
   *
   * @throws IllegalArgumentException if it is not given
   */
  public double parameter(String parameter) {
    Double value = parameters.get(parameter);
    if (value == null) {
      throw new IllegalArgumentException(
          "strategy %s: found parameters %s, expected %s"
              .formatted(name, parameters.keySet(), parameter));
    }
    return value;
  }
}
