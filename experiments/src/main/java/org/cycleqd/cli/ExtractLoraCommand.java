package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.adapter.AdapterReport;
import org.cycleqd.checkpoint.adapter.ExtractionOptions;
import org.cycleqd.checkpoint.adapter.LoraExtraction;
import org.cycleqd.checkpoint.adapter.RankRule;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.tensor.DType;
import org.cycleqd.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd extract-lora}. */
@Command(
    name = "extract-lora",
    description = {
      "Turn a fine-tuned model into a LoRA adapter on its base.",
      "",
      "Each linear layer of a decoder layer gets the best approximation of its difference from the"
          + " base by factors of low rank. Everything else is left out unless it is saved as a"
          + " whole; the table says what was lost."
    },
    footer = {
      "  cycleqd extract-lora my-base my-expert my-adapter --rank 32",
      "  cycleqd extract-lora my-base my-expert my-adapter --energy 0.95 --dtype bfloat16",
      "  cycleqd extract-lora my-base my-expert my-adapter --save-modules embed_tokens,lm_head"
    })
final class ExtractLoraCommand implements Callable<Integer> {

  private static final int DEFAULT_RANK = 16;

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "BASE", description = "The base model's folder.")
  private Path base = Path.of("");

  @Parameters(index = "1", paramLabel = "EXPERT", description = "The fine-tuned model's folder.")
  private Path expert = Path.of("");

  @Parameters(
      index = "2",
      paramLabel = "OUT",
      description = "The adapter's folder, a PEFT folder; must be empty or not exist.")
  private Path out = Path.of("");

  @Option(names = "--rank", paramLabel = "N", description = "Rank of all factors; default 16.")
  private @Nullable Integer rank;

  @Option(
      names = "--energy",
      paramLabel = "SHARE",
      description =
          "In place of a rank: for each matrix the smallest rank that keeps this share of the"
              + " squared norm of the difference, between 0 and 1.")
  private @Nullable Double energy;

  @Option(
      names = "--save-modules",
      split = ",",
      paramLabel = "MODULE",
      description =
          "Modules to store as a whole, by the ends of their paths, separated by commas, e.g."
              + " embed_tokens,lm_head,norm.")
  private List<String> savedModules = List.of();

  @Option(
      names = "--dtype",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description = "Of the factors, float32 or bfloat16; default ${DEFAULT-VALUE}.")
  private String dtype = "";

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the matrix products; default ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(names = "--json", description = "Print what was stored and lost as JSON.")
  private boolean json;

  ExtractLoraCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ExtractionOptions options = new ExtractionOptions(rule(), savedModules, type(), 0);
    Positive.require("--threads", threads);
    TorchRuntime.threads(threads);
    AdapterReport report;
    try (Checkpoint origin = Checkpoint.open(base);
        Checkpoint tuned = Checkpoint.open(expert);
        ProgressLine line = terminal.progress("extracting", 0, origin.tensors().size())) {
      report =
          LoraExtraction.publish(
              origin, tuned, out, options, (done, _, latest) -> line.update(done, latest.tensor()));
    }
    AdapterReportText text = new AdapterReportText(report);
    terminal.out().print(json ? text.json(base, expert, out) : text.table());
    if (!json) {
      terminal.out().println("adapter  " + out);
    }
    return 0;
  }

  private RankRule rule() {
    if (rank != null && energy != null) {
      throw new ConfigException("--rank and --energy are given, expected one of them");
    }
    try {
      return energy == null
          ? new RankRule.Fixed(rank == null ? DEFAULT_RANK : rank)
          : new RankRule.Energy(energy);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }

  private DType type() {
    return switch (dtype) {
      case "float32" -> DType.F32;
      case "bfloat16" -> DType.BF16;
      default ->
          throw new ConfigException(
              "--dtype is '%s', expected one of float32, bfloat16".formatted(dtype));
    };
  }
}
