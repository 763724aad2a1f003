package org.cycleqd.cli;

import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.Placement;
import org.cycleqd.lm.Precision;
import picocli.CommandLine.Option;

/** Where and in which type a command runs a model. */
final class PlacementOptions {

  @Option(
      names = "--dtype",
      defaultValue = "f32",
      paramLabel = "TYPE",
      description = "f32, bf16 or f16; default ${DEFAULT-VALUE}.")
  private Precision precision = Precision.F32;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "cpu or cuda:N; default ${DEFAULT-VALUE}.")
  private String device = "";

  /**
   * Compiles a model's program for there.
   *
   * @param positions the longest sequence in tokens
   */
  LlamaRuntime open(LlamaConfig config, int positions) {
    try {
      return new LlamaRuntime(config, positions, placement());
    } catch (IllegalStateException e) {
      throw new UserException("--" + e.getMessage(), e);
    }
  }

  private Placement placement() {
    try {
      return new Placement(device, precision);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }
}
