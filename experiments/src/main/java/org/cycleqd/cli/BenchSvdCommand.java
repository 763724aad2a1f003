package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.study.BasisBenchmark;
import org.cycleqd.study.BenchmarkFolders;
import org.cycleqd.study.GenomeSize;
import org.cycleqd.study.LlamaShape;
import org.cycleqd.study.MutationCost;
import org.cycleqd.tensor.ByteSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code cycleqd bench svd}. */
@Command(
    name = "svd",
    description = {
      "Compose individuals against decomposing, multiplying and copying.",
      "",
      "A mutated child in one matrix is set against the decomposition that it does not need and"
          + " the plain product that it does; bases of LoRA adapters are built on a synthetic base,"
          + " and children of one and of three adapters set against copying the base in memory, and"
          + " against the least time that copying it or multiplying the adapters takes."
    },
    footer = {"  cycleqd bench svd", "  cycleqd bench svd --shape 8b --sparse --repeat 3 --json"})
final class BenchSvdCommand implements Callable<Integer> {

  private static final int ADAPTER_RANK = 16;

  private final Terminal terminal;

  @Option(
      names = "--shape",
      defaultValue = "1b",
      paramLabel = "SHAPE",
      description = "Of the base, 100m, 1b or 8b; default ${DEFAULT-VALUE}.")
  private LlamaShape shape = LlamaShape.M100;

  @Option(
      names = "--sparse",
      description = "A base of zeros that takes no disk space; for large shapes.")
  private boolean sparse;

  @Option(
      names = "--repeat",
      defaultValue = "5",
      paramLabel = "N",
      description = "Repetitions; default ${DEFAULT-VALUE}.")
  private int repetitions = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; by default as many as there are processors.")
  private @Nullable Integer threads;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Keep the models here; without it they are deleted.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  BenchSvdCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Positive.require("--repeat", repetitions);
    int workers = Positive.threads(threads);
    Path models = folder == null ? Files.createTempDirectory("cycleqd-bench") : folder;
    try {
      BasisBenchmark benchmark = new BasisBenchmark(models, workers, repetitions, terminal::phase);
      BasisBenchmark.Result result = benchmark.measure(shape, sparse, ADAPTER_RANK);
      if (json) {
        ObjectNode node = new ObjectMapper().valueToTree(result);
        terminal.out().println(node.toPrettyString());
      } else {
        show(result);
      }
    } finally {
      if (folder == null) {
        BenchmarkFolders.delete(models);
      }
    }
    return ExitCode.OK;
  }

  private void show(BasisBenchmark.Result result) {
    TextTable mutations =
        TextTable.of(
            "matrix",
            "components",
            "child ms",
            "of product",
            "decomposition / child",
            "child-svd s",
            "top-singular s");
    for (MutationCost cost : result.mutations()) {
      mutations =
          mutations.with(
              "%d x %d".formatted(cost.size(), cost.size()),
              Integer.toString(cost.rank()),
              number("%.1f", 1000 * cost.childSeconds()),
              number("%.2f", cost.productRatio()),
              number("%.0f", cost.decompositionRatio()),
              number("%.2f", cost.childSvdSeconds()),
              number("%.2f", cost.topSingularSeconds()));
    }
    TextTable adapters =
        TextTable.of(
            "adapters",
            "rank",
            "bases s",
            "peak MiB",
            "child s",
            "peak MiB",
            "GB/s",
            "of memcpy",
            "least s",
            "ratio");
    for (BasisBenchmark.Adapters row : result.adapters()) {
      adapters =
          adapters.with(
              Integer.toString(row.experts()),
              Integer.toString(row.rank()),
              number("%.1f", row.buildSeconds()),
              number("%.0f", row.buildPeakMib()),
              number("%.2f", row.childSeconds()),
              number("%.0f", row.childPeakMib()),
              number("%.1f", row.childGbPerSecond()),
              number("%.2f", row.memcpyShare()),
              number("%.2f", row.leastSeconds()),
              number("%.2f", row.ratio()));
    }
    TextTable genomes = TextTable.of("genome of 3 experts", "in memory", "in the journal");
    for (GenomeSize size : result.genomes()) {
      genomes =
          genomes.with(
              size.rank() == Integer.MAX_VALUE ? "all components" : "rank " + size.rank(),
              ByteSize.of(size.memoryBytes()),
              ByteSize.of(size.journalBytes()));
    }
    terminal.out().println(mutations.render());
    terminal.out().println(adapters.render());
    terminal.out().print(genomes.render());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
