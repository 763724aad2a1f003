package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.cycleqd.experiment.ConfigReader;
import org.cycleqd.experiment.RunConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code cycleqd} and its commands. */
@Command(
    name = "cycleqd",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Evolve merged language models with cyclic quality-diversity archives.",
      "",
      "Give it a base model, expert fine-tunes of it and one task for each; it returns one merged"
          + " model, specialists, and archives of everything in between."
    },
    commandListHeading = "%nCommands:%n",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cycleqd run experiments/configs/quickstart.yaml",
      "  cycleqd run my.yaml --set search.children=400 --name longer",
      "  cycleqd resume longer",
      "  cycleqd archive longer --csv elites.csv",
      "  cycleqd eval --model runs/longer/export/best --tasks pico-code,pico-db",
      "",
      "Exit codes: 0 done, 1 the work failed, 2 a mistake in the command or a configuration."
    })
final class RootCommand {

  private final Supplier<? extends Commands> commands;
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "With an error, show where in the program it arose.")
  private boolean stacktrace;

  RootCommand(Supplier<? extends Commands> commands, Terminal terminal) {
    this.commands = commands;
    this.terminal = terminal;
  }

  boolean stacktrace() {
    return stacktrace;
  }

  @Command(
      name = "run",
      description = {
        "Start a run from a configuration file.",
        "",
        "The run's folder is runs/NAME, NAME being the configuration's name. It may be"
            + " interrupted at any time and taken up again with 'cycleqd resume'."
      },
      footer = {
        "  cycleqd run experiments/configs/quickstart.yaml",
        "  cycleqd run my.yaml --name strong --set search.mutations.0.w_max=0.5",
        "  cycleqd run my.yaml --set seed=2 --set archive.ranges.code=[0.2,0.8]"
      })
  void run(
      @Parameters(paramLabel = "CONFIG", description = "The experiment, a YAML file.") Path config,
      @Option(
              names = "--set",
              paramLabel = "PATH=VALUE",
              description =
                  "Replace a value of the configuration: keys joined by dots, list items by number"
                      + " from 0, the value in YAML. Can be given more than once.")
          @Nullable List<String> overrides,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description = "Name of the run, in place of the configuration's.")
          @Nullable String name,
      @Option(names = "--json", description = "Print the results as JSON.") boolean json)
      throws IOException, InterruptedException {
    RunConfig experiment = ConfigReader.readRun(config, assignments(overrides, name));
    commands.get().run(experiment, commandLine(), json, terminal);
  }

  @Command(
      name = "resume",
      description = {
        "Carry an interrupted run to its end.",
        "",
        "The result is that of a run that was never interrupted."
      },
      footer = {"  cycleqd resume quickstart", "  cycleqd resume elsewhere/runs/quickstart"})
  void resume(
      @Parameters(paramLabel = "RUN", description = "The run's folder, or its name in runs/.")
          String run,
      @Option(names = "--json", description = "Print the results as JSON.") boolean json)
      throws IOException, InterruptedException {
    Path folder = Runs.folder(run);
    commands.get().resume(folder, commandLine(), json, terminal);
  }

  /** What the user typed. */
  private String commandLine() {
    return commandLine(spec);
  }

  /** What the user typed, if this is the command that was called. */
  static String commandLine(@Nullable CommandSpec spec) {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    while (line.getParent() != null) {
      line = line.getParent();
    }
    return "./cycleqd " + String.join(" ", line.getParseResult().originalArgs());
  }

  static List<String> assignments(@Nullable List<String> overrides, @Nullable String name) {
    List<String> given = overrides == null ? List.of() : overrides;
    return name == null ? given : Stream.concat(given.stream(), Stream.of("name=" + name)).toList();
  }
}
