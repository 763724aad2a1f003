package org.cycleqd.cli;

import org.cycleqd.experiment.ConfigException;

/** Checks numbers of options. */
final class Positive {

  private Positive() {}

  static void require(String option, int value) {
    if (value < 1) {
      throw new ConfigException("%s is %d, allowed: 1 or more".formatted(option, value));
    }
  }
}
