package org.cycleqd.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code cycleqd bench prefill}. */
@Command(
    name = "prefill",
    description = {
      "Read prompts, against the least time that it can take.",
      "",
      "That is the larger of reading all weights once and of multiplying with them, at the speeds"
          + " that are measured in the same run."
    },
    footer = {
      "  cycleqd bench prefill",
      "  cycleqd bench prefill --model experiments/models/pico/base --batch 32,256 --json"
    })
final class BenchPrefillCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private final RuntimeBenchOptions options = new RuntimeBenchOptions();

  BenchPrefillCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    options.run(terminal, 1, (benchmark, batch) -> benchmark.prefill(batch, options.prompt()));
    return ExitCode.OK;
  }
}
