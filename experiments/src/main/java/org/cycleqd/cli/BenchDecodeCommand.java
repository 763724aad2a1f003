package org.cycleqd.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd bench decode}. */
@Command(
    name = "decode",
    description = {
      "Decode greedily, against the least time that a step can take.",
      "",
      "That is the larger of reading all weights once and of multiplying with them, at the speeds"
          + " that are measured in the same run."
    },
    footer = {
      "  cycleqd bench decode",
      "  cycleqd bench decode --model experiments/models/pico/base --batch 32,256 --json"
    })
final class BenchDecodeCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private final RuntimeBenchOptions options = new RuntimeBenchOptions();

  @Option(
      names = "--steps",
      defaultValue = "64",
      paramLabel = "N",
      description = "Tokens that are decoded for each prompt; default ${DEFAULT-VALUE}.")
  private int steps;

  BenchDecodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    options.run(
        terminal,
        steps + 1,
        (benchmark, batch) -> benchmark.decode(batch, options.prompt(), steps));
    return ExitCode.OK;
  }
}
