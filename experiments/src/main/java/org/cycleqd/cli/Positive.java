package org.cycleqd.cli;

import org.cycleqd.experiment.ConfigException;
import org.jspecify.annotations.Nullable;

/** Checks numbers of options. */
final class Positive {

  private Positive() {}

  /** Of {@code --threads}: as many as there are processors, if nothing is said. */
  static int threads(@Nullable Integer given) {
    int threads = given == null ? Runtime.getRuntime().availableProcessors() : given;
    require("--threads", threads);
    return threads;
  }

  static void require(String option, int value) {
    if (value < 1) {
      throw new ConfigException("%s is %d, allowed: 1 or more".formatted(option, value));
    }
  }
}
