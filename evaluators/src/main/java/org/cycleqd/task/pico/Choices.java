package org.cycleqd.task.pico;

import java.util.List;
import org.cycleqd.random.Draws;

/** Reads an addressed sequence from its start, one choice after the other. */
final class Choices {
  private final Draws draws;
  private long next;

  Choices(Draws draws) {
    this.draws = draws;
  }

  int below(int bound) {
    return draws.below(next++, bound);
  }

  /** Uniform on {@code lowest..highest}, both included. */
  int between(int lowest, int highest) {
    return lowest + below(highest - lowest + 1);
  }

  boolean chance(double probability) {
    return draws.uniform(next++) < probability;
  }

  <T> T of(List<T> options) {
    return options.get(below(options.size()));
  }
}
