package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.adapter.AdapterReport;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.spectral.svf.SvfExport;
import org.cycleqd.spectral.svf.SvfFile;
import org.cycleqd.spectral.svf.SvfVectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cycleqd svf} and its commands. */
@Command(
    name = "svf",
    description = {
      "Work with SVF experts: files that scale the singular values of a base's matrices.",
      "",
      "They are what Transformer-squared trains (arXiv 2501.06252): some kilobytes for each skill."
    },
    footer = {
      "  cycleqd svf project my-base my-expert expert.safetensors",
      "  cycleqd svf info expert.safetensors",
      "  cycleqd svf export expert.safetensors my-model --base my-base",
      "  cycleqd svf export expert.safetensors my-adapter --base my-base --lora 16"
    })
final class SvfCommand implements Runnable {

  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  SvfCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "a command is missing: expected one of project, info, export");
  }

  @Command(
      name = "info",
      description = {"Show what an SVF file scales: rule, base and the vectors' ranges."},
      footer = {"  cycleqd svf info expert.safetensors --json"})
  void info(
      @Parameters(paramLabel = "FILE", description = "An SVF file.") Path file,
      @Option(names = "--json", description = "Print the facts as JSON.") boolean json)
      throws IOException {
    SvfVectors expert = SvfFile.read(file);
    if (json) {
      ObjectNode root = new ObjectMapper().createObjectNode();
      root.put("file", file.toString()).put("rule", expert.rule().spelling());
      root.put("base_digest", expert.baseDigest());
      ObjectNode vectors = root.putObject("vectors");
      expert
          .z()
          .forEach((tensor, z) -> {
            ObjectNode vector = vectors.putObject(tensor);
            vector.put("length", z.length).put("lowest", lowest(z)).put("highest", highest(z));
          });
      terminal.out().println(root.toPrettyString());
      return;
    }
    TextTable table = TextTable.of("matrix", "length", "lowest z", "highest z");
    int numbers = 0;
    for (Map.Entry<String, float[]> vector : expert.z().entrySet()) {
      float[] z = vector.getValue();
      numbers += z.length;
      table =
          table.with(
              vector.getKey(), Integer.toString(z.length), cell(lowest(z)), cell(highest(z)));
    }
    terminal.out().print(table.render());
    terminal.out().println("rule     " + expert.rule().spelling());
    terminal.out().println("base     " + expert.baseDigest());
    terminal.out().printf(Locale.ROOT, "numbers  %d%n", numbers);
  }

  @Command(
      name = "export",
      description = {
        "Turn an SVF expert into a model folder, or into a LoRA adapter.",
        "",
        "The model has the base's configuration and tokenizer. The adapter keeps the components"
            + " that change most; the table says what was lost."
      },
      footer = {
        "  cycleqd svf export expert.safetensors my-model --base my-base",
        "  cycleqd svf export expert.safetensors my-adapter --base my-base --lora 16"
      })
  void export(
      @Parameters(index = "0", paramLabel = "FILE", description = "An SVF file.") Path file,
      @Parameters(
              index = "1",
              paramLabel = "OUT",
              description = "The folder to write; must be empty or not exist.")
          Path out,
      @Option(
              names = "--base",
              required = true,
              paramLabel = "DIR",
              description = "The base model's folder; the file says which content it must have.")
          Path base,
      @Option(
              names = "--lora",
              paramLabel = "RANK",
              description = "Write an adapter of this rank in place of a model.")
          @Nullable Integer rank,
      @Option(names = "--json", description = "Print what was written and lost as JSON.")
          boolean json)
      throws IOException {
    if (rank != null && rank < 1) {
      throw new ConfigException("--lora is %d, allowed: 1 or more".formatted(rank));
    }
    SvfVectors expert = SvfFile.read(file);
    try (Checkpoint origin = Checkpoint.open(base)) {
      if (rank == null) {
        try (ProgressLine line = terminal.progress("writing", 0, origin.tensors().size())) {
          SvfExport.model(origin, expert, out, counting(line));
        }
        terminal.out().println(json ? json("model", out) : "model  " + out);
        return;
      }
      AdapterReport report;
      try (ProgressLine line = terminal.progress("decomposing", 0, expert.z().size())) {
        report = SvfExport.adapter(origin, expert, out, rank, counting(line));
      }
      AdapterReportText text = new AdapterReportText(report);
      terminal.out().print(json ? text.json(base, file, out) : text.table());
      if (!json) {
        terminal.out().println("adapter  " + out);
      }
    }
  }

  static Consumer<String> counting(ProgressLine line) {
    int[] done = new int[1];
    return tensor -> line.update(++done[0], tensor);
  }

  private static String json(String field, Path folder) {
    return new ObjectMapper().createObjectNode().put(field, folder.toString()).toPrettyString();
  }

  private static float lowest(float[] z) {
    float lowest = Float.POSITIVE_INFINITY;
    for (float value : z) {
      lowest = Math.min(lowest, value);
    }
    return lowest;
  }

  private static float highest(float[] z) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : z) {
      highest = Math.max(highest, value);
    }
    return highest;
  }

  private static String cell(float value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
