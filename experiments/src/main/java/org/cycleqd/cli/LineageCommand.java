package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.run.CrossoverKeys;
import org.cycleqd.experiment.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd lineage}. */
@Command(
    name = "lineage",
    description = {
      "Show where a candidate comes from: its ancestors with scores, crossover weights and mutations.",
      "",
      "A weight is the first parent's share; the second parent has the rest."
    },
    footer = {"  cycleqd lineage quickstart 117", "  cycleqd lineage quickstart 117 --json"})
final class LineageCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "The run's folder, or its name in runs/.")
  private String run = "";

  @Parameters(index = "1", paramLabel = "ID", description = "The candidate's number.")
  private int candidate;

  @Option(names = "--json", description = "Print the lineage as JSON, with all weights.")
  private boolean json;

  LineageCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Runs.folder(run);
    RunHistory history = Runs.history(folder);
    if (candidate < 0 || candidate >= history.candidates().size()) {
      throw new ConfigException(
          "ID is %d, expected a candidate of the run, from 0 to %d"
              .formatted(candidate, history.candidates().size() - 1));
    }
    LineageListing listing =
        new LineageListing(
            history,
            candidate,
            CrossoverKeys.of(
                new RunFolder(folder), history.header().settings().variation().granularity()));
    terminal.out().print(json ? listing.json() : listing.text());
    return ExitCode.OK;
  }
}
