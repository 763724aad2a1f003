package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.tensor.SafetensorsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd inspect}. */
@Command(
    name = "inspect",
    description = {
      "Show what a model is: architecture, size, files, licence.",
      "",
      "Takes a model folder, or a single .safetensors file, of which only the header is read."
    },
    footer = {
      "  cycleqd inspect my-model --digest",
      "  cycleqd inspect my-model --tensors",
      "  cycleqd inspect adapter_model.safetensors --json"
    })
final class InspectCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      paramLabel = "DIR",
      description = "A Hugging Face model folder, or a .safetensors file.")
  private Path model = Path.of("");

  @Option(
      names = "--tensors",
      description = "List every tensor with type, shape, file and offset in bytes.")
  private boolean tensors;

  @Option(
      names = "--digest",
      description = "Print the model's content digest, a SHA-256; reads all weights.")
  private boolean digest;

  @Mixin private final ModelOptions options = new ModelOptions();

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.isRegularFile(model)) {
      if (digest) {
        throw new ConfigException(model + " is a file, --digest needs a model folder");
      }
      try (SafetensorsFile file = SafetensorsFile.open(model)) {
        show(Inspection.of(file));
      }
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(model, options.links())) {
        show(Inspection.of(checkpoint, digest));
      }
    }
    return ExitCode.OK;
  }

  private void show(Inspection inspection) {
    if (options.json()) {
      terminal.out().println(inspection.toJson(tensors).toPrettyString());
    } else {
      terminal.out().print(inspection.toText(tensors));
    }
  }
}
