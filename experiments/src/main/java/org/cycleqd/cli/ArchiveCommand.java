package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.experiment.UserException;
import org.cycleqd.tensor.AtomicFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd archive}. */
@Command(
    name = "archive",
    description = {
      "Show the archives of a run and their elites.",
      "",
      "The run may still be going on. With --bins, --cells or --range the scores in its journal are"
          + " offered to other archives, in the order of the run; nothing is evaluated again."
    },
    footer = {
      "  cycleqd archive quickstart",
      "  cycleqd archive quickstart --bins 10 --range code=0:1 --csv elites.csv",
      "  cycleqd archive quickstart --parquet elites.parquet",
      "  cycleqd archive quickstart --cells 50 --json"
    })
final class ArchiveCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or its name in runs/.")
  private String run = "";

  @Mixin private final ArchiveOptions options = new ArchiveOptions();

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the elites to a file of comma-separated values.")
  private @Nullable Path csv;

  @Option(
      names = "--parquet",
      paramLabel = "FILE",
      description = "Write the elites to an Apache Parquet file with the same columns.")
  private @Nullable Path parquet;

  @Option(
      names = "--json",
      description = "Print archives and elites as JSON, the scores of items included.")
  private boolean json;

  ArchiveCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Runs.folder(run);
    RunHistory history = Runs.history(folder);
    if (history.archives().isEmpty()) {
      throw new UserException(
          "%s: %d of %d experts are scored, and there are no archives before all are"
              .formatted(folder, history.candidates().size(), history.header().experts().size()));
    }
    ArchiveCycle cycle = options.archives(history);
    long stopped =
        history.candidates().stream().filter(it -> it.result() instanceof Result.Stopped).count();
    if (stopped > 0 && options.given()) {
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "note: %d candidates were stopped early and are left out; these cells might have taken them%n",
              stopped);
    }
    ArchiveListing listing = new ArchiveListing(history, cycle);
    if (csv != null) {
      AtomicFile.write(csv, listing.csv());
    }
    if (parquet != null) {
      new EliteParquet(listing, cycle, listing.tasks()).write(parquet);
    }
    terminal.out().print(json ? listing.json(options.given()) : listing.text());
    for (Path written : new Path[] {csv, parquet}) {
      if (written != null && !json) {
        terminal.out().println("elites  " + written);
      }
    }
    return ExitCode.OK;
  }
}
