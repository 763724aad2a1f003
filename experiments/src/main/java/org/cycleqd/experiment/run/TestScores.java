package org.cycleqd.experiment.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.experiment.UserException;
import org.cycleqd.pool.Examination;
import org.cycleqd.pool.ModelPool;
import org.cycleqd.spectral.Genome;
import org.cycleqd.task.command.ProgramException;

/**
 * The methods' scores on items that the search did not see. A model that is reported under several
 * names is scored once.
 *
 * @param methods in the order of the table
 * @param evaluations one per method
 */
record TestScores(List<Method> methods, List<Evaluation> evaluations) {

  /**
   * Scores what was not scored before.
   *
   * @param asked stands for all that decides scores but the model
   */
  static TestScores of(
      List<Method> methods,
      Examination examination,
      String asked,
      ModelPool pool,
      int workers,
      ScoreLog log,
      ExperimentRun.Observer observer)
      throws IOException, InterruptedException {
    Map<String, Method.Making> distinct = new LinkedHashMap<>();
    methods.forEach(method -> distinct.putIfAbsent(method.making().digest(), method.making()));
    Map<String, Future<Evaluation>> running = new LinkedHashMap<>();
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    try {
      distinct.forEach((digest, making) ->
          running.put(
              digest,
              executor.submit(() -> {
                Optional<Evaluation> known = log.find(asked, digest);
                if (known.isPresent()) {
                  return known.get();
                }
                Evaluation fresh = score(making, examination, pool);
                log.put(asked, digest, fresh);
                return fresh;
              })));
      Map<String, Evaluation> found = new LinkedHashMap<>();
      for (Map.Entry<String, Future<Evaluation>> entry : running.entrySet()) {
        found.put(entry.getKey(), result(entry.getValue()));
        observer.tested(found.size(), running.size());
      }
      List<Evaluation> evaluations = new ArrayList<>();
      for (Method method : methods) {
        evaluations.add(Objects.requireNonNull(found.get(method.making().digest())));
      }
      return new TestScores(methods, evaluations);
    } finally {
      executor.shutdownNow();
    }
  }

  private static Evaluation score(Method.Making making, Examination examination, ModelPool pool)
      throws IOException, InterruptedException {
    return switch (making) {
      case Method.Making.Composed(Genome genome) ->
          pool.<Evaluation, RuntimeException>use(genome, examination::grade);
      case Method.Making.Merged(Baseline baseline) -> pool.load(baseline::load, examination::grade);
    };
  }

  private static Evaluation result(Future<Evaluation> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProgramException cause) {
        throw new UserException(String.valueOf(cause.getMessage()), cause);
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException("scoring on the test split failed", e.getCause());
    }
  }
}
