package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.spectral.svf.SvfFile;
import org.cycleqd.spectral.svf.SvfProjection;
import org.cycleqd.spectral.svf.SvfRule;
import org.cycleqd.torch.TorchRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd svf project}. */
@Command(
    name = "project",
    description = {
      "Make the SVF expert that is nearest to a fine-tuned model.",
      "",
      "Of the change of each matrix it keeps what lies along the base's own singular directions."
    },
    footer = {
      "  cycleqd svf project my-base my-expert expert.safetensors",
      "  cycleqd svf project my-base my-expert expert.safetensors --matrices mlp"
    })
final class SvfProjectCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "BASE", description = "The base model's folder.")
  private Path base = Path.of("");

  @Parameters(index = "1", paramLabel = "EXPERT", description = "The fine-tuned model's folder.")
  private Path tuned = Path.of("");

  @Parameters(index = "2", paramLabel = "FILE", description = "The SVF file; must not exist.")
  private Path file = Path.of("");

  @Option(
      names = "--rule",
      defaultValue = "plain",
      paramLabel = "RULE",
      description = "plain or nuclear-norm; default ${DEFAULT-VALUE}.")
  private String rule = "";

  @Option(
      names = "--matrices",
      defaultValue = "_proj.",
      paramLabel = "TEXT",
      description =
          "Matrices whose names contain this, e.g. mlp; default '${DEFAULT-VALUE}', all of the"
              + " decoder layers.")
  private String matrices = "";

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the matrix products; default ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(names = "--json", description = "Print what was kept as JSON.")
  private boolean json;

  SvfProjectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Positive.require("--threads", threads);
    if (Files.exists(file)) {
      throw new ConfigException("%s: found a file, expected none".formatted(file));
    }
    SvfRule wanted = rule();
    TorchRuntime.threads(threads);
    SvfProjection projection = project(wanted);
    SvfFile.write(file, projection.expert());
    double lost = projection.energy() > 0 ? projection.discarded() / projection.energy() : 0;
    if (json) {
      ObjectNode root = new ObjectMapper().createObjectNode();
      root.put("file", file.toString()).put("vectors", projection.expert().z().size());
      root.put("energy", projection.energy()).put("discarded", projection.discarded());
      root.put("discarded_share", lost);
      terminal.out().println(root.toPrettyString());
    } else {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s  %d vectors, %.2f %% of the squared change is lost%n",
              file,
              projection.expert().z().size(),
              100 * lost);
    }
    return ExitCode.OK;
  }

  private SvfRule rule() {
    try {
      return SvfRule.of(rule);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }

  private SvfProjection project(SvfRule wanted) throws IOException {
    try (Checkpoint origin = Checkpoint.open(base);
        Checkpoint expert = Checkpoint.open(tuned)) {
      long count =
          origin.tensors().values().stream()
              .filter(view -> view.spec().shape().size() == 2)
              .filter(view -> view.spec().name().contains(matrices))
              .count();
      if (count == 0) {
        throw new ConfigException(
            "--matrices is '%s', expected a part of the name of a matrix".formatted(matrices));
      }
      try (ProgressLine line = terminal.progress("projecting", 0, count)) {
        return SvfProjection.of(
            origin, expert, wanted, name -> name.contains(matrices), SvfCommand.counting(line));
      }
    }
  }
}
