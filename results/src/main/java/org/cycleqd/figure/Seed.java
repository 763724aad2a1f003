package org.cycleqd.figure;

import java.util.List;

/**
 * An expert, whose place in the archives is marked.
 *
 * @param name its name
 * @param scores its score in every task, in task order, fractions in [0, 1]
 */
public record Seed(String name, List<Double> scores) {

  /** Copies the scores. */
  public Seed {
    scores = List.copyOf(scores);
  }
}
