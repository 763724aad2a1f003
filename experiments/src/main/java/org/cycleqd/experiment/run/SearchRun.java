package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.engine.ArchiveJson;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.Evaluator;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchListener;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.engine.TimeLog;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.tensor.AtomicFile;

/**
 * The search of a run, in its folder.
 *
 * @param observer is told how far it is
 */
record SearchRun(RunConfig config, RunFolder folder, ExperimentRun.Observer observer) {

  /**
   * Searches, or carries on, and writes the archives.
   *
   * @param further scores elites again, where the config says so
   * @param tokens that the evaluator has spent by now
   */
  SearchOutcome execute(
      Search search,
      Evaluator evaluator,
      Optional<? extends Evaluator> further,
      int workers,
      LongSupplier tokens)
      throws IOException, InterruptedException {
    try (TimeLog times = TimeLog.open(folder.path(), InstantSource.system())) {
      SearchOutcome outcome =
          search.run(
              folder.path(),
              evaluator,
              further,
              SearchPlan.execution(config, workers, tokens),
              times.andThen(new Watch()));
      Files.createDirectories(folder.archives());
      for (ArchiveView archive : outcome.archives()) {
        AtomicFile.write(
            folder.archives().resolve(archive.taskName() + ".json"),
            ArchiveJson.write(archive.snapshot()) + "\n");
      }
      return outcome;
    }
  }

  /** Follows the best child for the progress line. */
  private final class Watch implements SearchListener {

    private double best = Double.NaN;

    @Override
    public void inserted(CandidateRecord candidate, List<ArchiveView> archives) {
      tell(candidate, false);
    }

    @Override
    public void replayed(CandidateRecord candidate, List<ArchiveView> archives) {
      tell(candidate, true);
    }

    private void tell(CandidateRecord candidate, boolean replayed) {
      if (candidate.child()) {
        candidate
            .scores()
            .map(scores -> scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
            .ifPresent(mean -> best = mean <= best ? best : mean);
      }
      observer.searched(
          candidate.number() + 1,
          config.expertNames().size() + config.search().children(),
          best,
          replayed);
    }
  }
}
