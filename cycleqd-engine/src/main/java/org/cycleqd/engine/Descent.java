package org.cycleqd.engine;

import java.util.List;

/**
 * Where a candidate comes from.
 *
 * @param number its number in the run
 * @param parents the parents' numbers; none for an expert
 */
public record Descent(int number, List<Integer> parents) {

  /** Copies the list. */
  public Descent {
    parents = List.copyOf(parents);
  }
}
