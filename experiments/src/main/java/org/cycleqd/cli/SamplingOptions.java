package org.cycleqd.cli;

import org.cycleqd.experiment.ConfigException;
import org.cycleqd.lm.Sampling;
import picocli.CommandLine.Option;

/** How a command chooses tokens. */
final class SamplingOptions {

  @Option(
      names = "--temperature",
      defaultValue = "0",
      paramLabel = "X",
      description = "0 takes the most probable token, more draws; default ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      paramLabel = "P",
      description =
          "Draw from the fewest tokens that hold this probability; default ${DEFAULT-VALUE}.")
  private double top;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "The same seed draws the same tokens; default ${DEFAULT-VALUE}.")
  private long seed;

  long seed() {
    return seed;
  }

  /**
   * The options as they are given.
   *
   * @param own the seed of these draws
   */
  Sampling sampling(long own) {
    try {
      return new Sampling(temperature, top, own);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + String.valueOf(e.getMessage()).replace("top_p", "top-p"));
    }
  }
}
