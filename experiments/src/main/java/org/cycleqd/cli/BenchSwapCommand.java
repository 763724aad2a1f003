package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.study.BenchmarkFolders;
import org.cycleqd.study.LlamaShape;
import org.cycleqd.study.SwapBenchmark;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd bench swap}. */
@Command(
    name = "swap",
    description = {
      "Make a live model one candidate after the other, against copying memory.",
      "",
      "Candidates are weighted sums of two full experts or of two LoRA adapters, and the same with"
          + " their leading singular components moved. One thread composes and copies, as a worker"
          + " of a run does. A checksum tells whether swapping back restores every bit."
    },
    footer = {"  cycleqd bench swap", "  cycleqd bench swap --shape 1b --repeat 3 --json"})
final class BenchSwapCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(
      names = "--shape",
      defaultValue = "100m",
      paramLabel = "SHAPE",
      description = "Of the models, 100m, 1b or 8b; default ${DEFAULT-VALUE}.")
  private LlamaShape shape = LlamaShape.M100;

  @Option(
      names = "--rank",
      defaultValue = "16",
      paramLabel = "N",
      description = "Components that are moved, and rank of adapters; default ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--repeat",
      defaultValue = "5",
      paramLabel = "N",
      description = "Repetitions; medians count; default ${DEFAULT-VALUE}.")
  private int repetitions;

  @Mixin private final PlacementOptions placement = new PlacementOptions();

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Keep models and components here; without it they are deleted.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  BenchSwapCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Positive.require("--rank", rank);
    Positive.require("--repeat", repetitions);
    Path models = folder == null ? Files.createTempDirectory("cycleqd-bench") : folder;
    try {
      SwapBenchmark benchmark = new SwapBenchmark(models, rank, repetitions, terminal::phase);
      show(benchmark.measure(shape.label(), shape.config(), placement::open));
    } finally {
      if (folder == null) {
        BenchmarkFolders.delete(models);
      }
    }
    return ExitCode.OK;
  }

  private void show(SwapBenchmark.Result result) throws IOException {
    if (json) {
      terminal
          .out()
          .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
      return;
    }
    TextTable table =
        TextTable.of("candidate", "experts", "seconds", "GB/s", "of memcpy", "restored");
    for (SwapBenchmark.Row row : result.rows()) {
      table =
          table.with(
              row.candidate(),
              Integer.toString(row.experts()),
              String.format(Locale.ROOT, "%.3f", row.seconds()),
              String.format(Locale.ROOT, "%.1f", row.gbPerSecond()),
              String.format(Locale.ROOT, "%.2f", row.memcpyShare()),
              row.restored() ? "yes" : "no");
    }
    terminal.out().print(table.render());
    terminal.out().println();
    terminal
        .out()
        .println(String.format(Locale.ROOT, "memcpy  %.1f GB/s", result.memcpyGbPerSecond()));
  }
}
