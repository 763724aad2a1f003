package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import org.cycleqd.engine.RunFork;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.UserException;
import org.jspecify.annotations.Nullable;

/** Prepares a run that goes on from an earlier point of another. */
public final class Fork {

  private Fork() {}

  /**
   * Creates the new run's folder beside the other's, with its journal and its config. Resuming it
   * searches on.
   *
   * @param from the run to leave
   * @param at number of the last candidate to take over; null is the last that the run has
   * @param config of the new run
   * @throws UserException if the new run exists, or something in it does not fit
   */
  public static RunFolder create(RunFolder from, @Nullable Integer at, RunConfig config)
      throws IOException {
    RunFolder folder =
        new RunFolder(from.path().toAbsolutePath().normalize().resolveSibling(config.name()));
    if (Files.exists(folder.config()) || Files.exists(RunHistory.journal(folder.path()))) {
      throw new UserException(
          "%s holds a run; give the fork another --name".formatted(folder.path()));
    }
    RunHistory history = RunHistory.read(RunHistory.journal(from.path()));
    int candidate = at == null ? history.candidates().size() - 1 : at;
    try {
      RunFork.write(from.path(), candidate, folder.path(), SearchPlan.of(config));
    } catch (IllegalArgumentException e) {
      throw new UserException("%s: %s".formatted(from.path(), e.getMessage()), e);
    }
    folder.claim(config);
    return folder;
  }
}
