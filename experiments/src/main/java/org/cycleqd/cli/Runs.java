package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;

/** Finds runs by what the user calls them. */
final class Runs {

  private Runs() {}

  /** A folder as it is given, or else of that name in runs/. */
  static Path folder(String run) {
    Path direct = Path.of(run);
    Path named = Path.of("runs").resolve(run);
    if (Files.isDirectory(direct)) {
      return direct;
    }
    if (Files.isDirectory(named)) {
      return named;
    }
    throw new ConfigException(
        "no such run: neither %s nor %s is a folder".formatted(direct, named));
  }

  /** What the journal in a run's folder tells; the run may still be going on. */
  static RunHistory history(Path folder) throws IOException {
    Path journal = RunHistory.journal(folder);
    if (!Files.isRegularFile(journal)) {
      throw new UserException(
          "%s is not a run that has begun: it holds no %s"
              .formatted(folder, journal.getFileName()));
    }
    return RunHistory.read(journal);
  }
}
