package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.cycleqd.experiment.ConfigReader;
import org.cycleqd.experiment.TrainingConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd train}. */
@Command(
    name = "train",
    description = "Train the ingredients of a merge.",
    footer = "  cycleqd train sft base.yaml")
final class TrainCommand {

  private final Supplier<? extends Commands> commands;
  private final Terminal terminal;

  TrainCommand(Supplier<? extends Commands> commands, Terminal terminal) {
    this.commands = commands;
    this.terminal = terminal;
  }

  @Command(
      name = "sft",
      description = {
        "Train a model on supervised data.",
        "",
        "The configuration either describes a new model or names one to start from."
      },
      footer = {
        "  cycleqd train sft base.yaml",
        "  cycleqd train sft code.yaml --set optimiser.learning_rate=5e-4 --set out=code-slow"
      })
  void sft(
      @Parameters(paramLabel = "CONFIG", description = "The training, a YAML file.") Path config,
      @Option(
              names = "--set",
              paramLabel = "PATH=VALUE",
              description =
                  "Replace a value of the configuration: keys joined by dots, list items by number"
                      + " from 0, the value in YAML. Can be given more than once.")
          @Nullable List<String> overrides)
      throws IOException, InterruptedException {
    TrainingConfig training =
        ConfigReader.read(config, TrainingConfig.class, RootCommand.assignments(overrides, null));
    commands.get().train(training, terminal);
  }
}
