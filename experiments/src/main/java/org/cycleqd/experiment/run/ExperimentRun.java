package org.cycleqd.experiment.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.engine.rival.Rivals;
import org.cycleqd.experiment.Draft;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.lm.Work;
import org.cycleqd.pool.AnswerLog;
import org.cycleqd.pool.Examination;
import org.cycleqd.pool.ModelPool;
import org.cycleqd.pool.Screening;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.tensor.AtomicFile;

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

  private Optional<AnswerLog> answers(Path place) {
    return config.output().answers() ? Optional.of(new AnswerLog(place)) : Optional.empty();
  }

  private RunResult execute(TaskCatalogue catalogue) throws IOException, InterruptedException {
    observer.phase("opening models and tasks");
    try (Ingredients ingredients = Ingredients.open(config, catalogue, observer)) {
      SearchSettings settings = SearchPlan.of(config);
      GenomeMemory.require(settings, ingredients.basis(), Runtime.getRuntime().maxMemory());
      folder.claim(config);
      int workers = config.workers(Runtime.getRuntime().availableProcessors());
      int threads = config.runtime().threads();
      try (ModelPool pool =
          new ModelPool(ingredients.runtime(), ingredients.basis(), workers, threads)) {
        long start = System.nanoTime();
        SearchOutcome outcome =
            new SearchRun(config, folder, observer)
                .execute(
                    Search.of(
                        settings, ingredients.basis(), ingredients.digests(), Rivals::strategy),
                    pool.evaluator(
                        ingredients.optimisation(),
                        config.runtime().draft() == Draft.PARENTS,
                        ingredients.screening(),
                        answers(folder.answers())),
                    ingredients
                        .further()
                        .map(items ->
                            pool.evaluator(
                                items,
                                config.runtime().draft() == Draft.PARENTS,
                                Screening.NONE,
                                answers(folder.answers().resolve("further")))),
                    workers,
                    () -> tokens(pool.work()));
        Duration searchTime = Duration.ofNanos(System.nanoTime() - start);
        Work work = pool.work();
        List<Method> baselines = ingredients.baselines().stream().map(Method::of).toList();
        List<Method> methods = Method.all(ingredients.basis().layout(), outcome, baselines);
        ScoreLog log = ScoreLog.open(folder.scores());
        Optional<Examination> held = ingredients.validation();
        if (held.isPresent()) {
          observer.phase("scoring the elites on the validation items");
          Validation validation =
              Validation.of(
                  outcome,
                  baselines,
                  elites ->
                      TestScores.of(
                          elites,
                          held.get(),
                          ingredients.asked(held.get()),
                          pool,
                          workers,
                          log,
                          observer));
          AtomicFile.write(folder.validation(), validation.json());
          methods.add(validation.method(outcome));
        }
        Examination exam = ingredients.test();
        TestScores test =
            TestScores.of(methods, exam, ingredients.asked(exam), pool, workers, log, observer);
        observer.phase("writing figures, report and models");
        RunOutput output =
            new RunOutput(config, folder, invocation, ingredients, outcome, test, searchTime);
        return output.write(work);
      }
    }
  }

  /** Tokens that were computed, whichever way. */
  private static long tokens(Work work) {
    return work.promptTokens() + work.draftTokens() + work.stepTokens();
  }
}
