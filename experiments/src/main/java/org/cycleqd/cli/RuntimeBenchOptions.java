package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.study.Ceilings;
import org.cycleqd.study.LlamaShape;
import org.cycleqd.study.RuntimeBenchmark;
import org.cycleqd.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the benchmarks of the runtime understand, and how they show their figures. */
final class RuntimeBenchOptions {

  @Option(
      names = "--shape",
      defaultValue = "100m",
      paramLabel = "SHAPE",
      description = "Random weights of this size: 100m, 1b or 8b; default ${DEFAULT-VALUE}.")
  private LlamaShape shape = LlamaShape.M100;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A Hugging Face model folder, in place of --shape.")
  private @Nullable Path folder;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "1,8,32,64",
      paramLabel = "N",
      description = "Sequences at a time; default ${DEFAULT-VALUE}.")
  private List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--prompt",
      defaultValue = "64",
      paramLabel = "N",
      description = "Tokens of a prompt; default ${DEFAULT-VALUE}.")
  private int prompt;

  @Mixin private final PlacementOptions placement = new PlacementOptions();

  @Option(
      names = "--repeat",
      defaultValue = "5",
      paramLabel = "N",
      description = "Repetitions; medians count; default ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of a product; by default as many as there are processors.")
  private @Nullable Integer threads;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  /** Measures one batch size. */
  @FunctionalInterface
  interface Measurement {
    RuntimeBenchmark.Row of(RuntimeBenchmark benchmark, int batch);
  }

  int prompt() {
    return prompt;
  }

  void run(Terminal terminal, int newTokens, Measurement measurement) throws IOException {
    Positive.require("--prompt", prompt);
    Positive.require("--repeat", repetitions);
    batches.forEach(batch -> Positive.require("--batch", batch));
    int cores = Positive.threads(threads);
    TorchRuntime.threads(cores);
    Path models = folder;
    Optional<Checkpoint> checkpoint =
        models == null ? Optional.empty() : Optional.of(Checkpoint.open(models));
    LlamaConfig config = checkpoint.map(Checkpoint::config).orElseGet(shape::config);
    Ceilings ceilings = Ceilings.measure();
    List<RuntimeBenchmark.Row> rows = new ArrayList<>();
    try (LlamaRuntime runtime = placement.open(config, prompt + newTokens);
        LiveModel model = new LiveModel(runtime)) {
      if (checkpoint.isPresent()) {
        model.load(checkpoint.get());
        checkpoint.get().close();
      } else {
        model.load(RuntimeBenchmark::synthetic);
      }
      RuntimeBenchmark benchmark =
          new RuntimeBenchmark(model, ceilings, repetitions, terminal::phase);
      for (int batch : batches) {
        rows.add(measurement.of(benchmark, batch));
      }
    }
    show(terminal, rows, ceilings);
  }

  private void show(Terminal terminal, List<RuntimeBenchmark.Row> rows, Ceilings ceilings)
      throws IOException {
    if (json) {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode root = mapper.createObjectNode();
      root.put("gbPerSecond", ceilings.bytesPerSecond() / 1e9)
          .put("gflops", ceilings.operationsPerSecond() / 1e9);
      ArrayNode list = root.putArray("batches");
      for (RuntimeBenchmark.Row row : rows) {
        list.addObject()
            .put("batch", row.batch())
            .put("seconds", row.seconds())
            .put("tokensPerSecond", row.tokensPerSecond())
            .put("ceilingSeconds", row.ceilingSeconds())
            .put("ratio", row.ratio());
      }
      terminal.out().println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root));
      return;
    }
    TextTable table = TextTable.of("batch", "ms", "tokens/s", "least ms", "ratio");
    for (RuntimeBenchmark.Row row : rows) {
      table =
          table.with(
              Integer.toString(row.batch()),
              number("%.2f", 1e3 * row.seconds()),
              number("%.0f", row.tokensPerSecond()),
              number("%.2f", 1e3 * row.ceilingSeconds()),
              number("%.2f", row.ratio()));
    }
    terminal.out().print(table.render());
    terminal.out().println();
    terminal
        .out()
        .println(
            number("reading %.1f GB/s", ceilings.bytesPerSecond() / 1e9)
                + number(", multiplying %.0f GFLOP/s", ceilings.operationsPerSecond() / 1e9));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
