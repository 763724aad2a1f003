package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.RunLock;
import org.cycleqd.engine.TimeLog;
import org.cycleqd.experiment.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd status}. */
@Command(
    name = "status",
    description = {
      "Show how far a run is: candidates, archives, failures, time left.",
      "",
      "All of it comes from the run's folder, so it can be asked at any time, from any process."
    },
    footer = {"  cycleqd status quickstart", "  cycleqd status quickstart --json"})
final class StatusCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or its name in runs/.")
  private String run = "";

  @Option(names = "--json", description = "Print the status as JSON.")
  private boolean json;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Runs.folder(run);
    // The lock is looked at first: a run that ends meanwhile is not taken for an interrupted one.
    boolean running = RunLock.held(folder);
    RunHistory history = Runs.history(folder);
    RunStatus status =
        new RunStatus(
            history,
            Pace.of(TimeLog.read(folder)),
            running,
            new RunFolder(folder).reported(history.digest()));
    terminal.out().print(json ? status.json() : status.text());
    return ExitCode.OK;
  }
}
