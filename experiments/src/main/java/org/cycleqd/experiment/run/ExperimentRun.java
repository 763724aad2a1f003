package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.engine.ArchiveJson;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchListener;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.TimeLog;
import org.cycleqd.experiment.Draft;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.lm.Work;
import org.cycleqd.pool.Examination;
import org.cycleqd.pool.ModelPool;
import org.cycleqd.report.AtomicFile;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.task.TaskCatalogue;

/** One run, from its config to its folder. */
public final class ExperimentRun {

  private final ExperimentConfig config;
  private final RunFolder folder;
  private final Invocation invocation;
  private final Observer observer;

  private ExperimentRun(
      ExperimentConfig config, RunFolder folder, Invocation invocation, Observer observer) {
    this.config = config;
    this.folder = folder;
    this.invocation = invocation;
    this.observer = observer;
  }

  /** Is told how far the run is. */
  public interface Observer extends BasisListener {

    /**
     * The search went on.
     *
     * @param done candidates scored, experts included
     * @param total candidates of the whole search
     * @param best best mean score of a child so far, in [0, 1]; NaN before the first
     * @param replayed whether this candidate was found in the journal
     */
    void searched(int done, int total, double best, boolean replayed);

    /** A model was scored on the test split. */
    void tested(int done, int total);

    /** A new phase without a count begins. */
    void phase(String what);
  }

  /**
   * Executes or carries on a run.
   *
   * @param folder where everything goes
   * @param invocation how the program was asked
   * @throws org.cycleqd.experiment.UserException if something in the config does not fit, or the
   *     folder holds another run
   */
  public static RunResult execute(
      ExperimentConfig config,
      RunFolder folder,
      TaskCatalogue catalogue,
      Invocation invocation,
      Observer observer)
      throws IOException, InterruptedException {
    return new ExperimentRun(config, folder, invocation, observer).execute(catalogue);
  }

  private RunResult execute(TaskCatalogue catalogue) throws IOException, InterruptedException {
    observer.phase("opening models and tasks");
    try (Ingredients ingredients = Ingredients.open(config, catalogue, observer)) {
      folder.claim(config);
      int workers =
          config
              .runtime()
              .workers(Runtime.getRuntime().availableProcessors(), config.search().lag());
      try (ModelPool pool = new ModelPool(ingredients.runtime(), ingredients.basis(), workers)) {
        long start = System.nanoTime();
        SearchOutcome outcome = search(ingredients, pool, workers);
        Duration searchTime = Duration.ofNanos(System.nanoTime() - start);
        Work work = pool.work();
        List<Method> methods = new ArrayList<>(Method.all(ingredients.basis().layout(), outcome));
        Optional<Examination> held = ingredients.validation();
        if (held.isPresent()) {
          observer.phase("scoring the elites on the validation items");
          Validation validation = Validation.of(outcome, held.get(), pool, workers, observer);
          AtomicFile.write(folder.validation(), validation.json());
          methods.add(validation.method(outcome));
        }
        TestScores test = TestScores.of(methods, ingredients.test(), pool, workers, observer);
        observer.phase("writing figures, report and models");
        RunOutput output =
            new RunOutput(config, folder, invocation, ingredients, outcome, test, searchTime);
        return output.write(work);
      }
    }
  }

  private SearchOutcome search(Ingredients ingredients, ModelPool pool, int workers)
      throws IOException, InterruptedException {
    SearchSettings settings = SearchPlan.of(config);
    Search search = Search.of(settings, ingredients.basis().layout(), ingredients.digests());
    try (TimeLog times = TimeLog.open(folder.path(), InstantSource.system())) {
      SearchOutcome outcome =
          search.run(
              folder.path(),
              pool.evaluator(
                  ingredients.optimisation(),
                  config.runtime().draft() == Draft.PARENTS,
                  ingredients.screening()),
              workers,
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
          config.experts().size() + config.search().children(),
          best,
          replayed);
    }
  }
}
