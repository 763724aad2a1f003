package org.cycleqd.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.cycleqd.experiment.ConfigReader;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.run.Fork;
import org.cycleqd.experiment.run.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cycleqd fork}. */
@Command(
    name = "fork",
    description = {
      "Go on from an earlier point of a run with other settings.",
      "",
      "The new run takes over the candidates up to there with their scores, which are not evaluated"
          + " again, puts them into its own archives and searches on. The other run stays as it is."
          + " Models and items must be the same; everything of the search may change."
    },
    footer = {
      "  cycleqd fork quickstart --name longer --set search.children=600",
      "  cycleqd fork quickstart --at 150 --set seed=2 --set archive.bins=20"
    })
final class ForkCommand implements Callable<Integer> {

  private final Supplier<? extends Commands> commands;
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or its name in runs/.")
  private String run = "";

  @Option(
      names = "--at",
      paramLabel = "N",
      description =
          "Number of the last candidate to take over, as 'cycleqd archive' shows it; by default the"
              + " last that the run has.")
  private @Nullable Integer at;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the new run, beside the other; by default the other's with -fork.")
  private @Nullable String name;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Replace a value of the configuration, as for 'cycleqd run'.")
  private @Nullable List<String> overrides;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  ForkCommand(Supplier<? extends Commands> commands, Terminal terminal) {
    this.commands = commands;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    RunFolder from = new RunFolder(Runs.folder(run));
    String called = name == null ? from.readConfig().name() + "-fork" : name;
    RunConfig config =
        ConfigReader.readRun(from.config(), RootCommand.assignments(overrides, called));
    RunFolder folder = Fork.create(from, at, config);
    commands.get().resume(folder.path(), RootCommand.commandLine(spec), json, terminal);
    return ExitCode.OK;
  }
}
