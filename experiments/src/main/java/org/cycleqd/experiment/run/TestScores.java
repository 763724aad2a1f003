package org.cycleqd.experiment.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.pool.Examination;
import org.cycleqd.pool.ModelPool;
import org.cycleqd.spectral.Genome;

/**
 * The methods' scores on the test split. A genome that is reported under several names is scored
 * once.
 *
 * @param methods in the order of the table
 * @param evaluations one per method
 * @param examination what they were asked
 */
record TestScores(List<Method> methods, List<Evaluation> evaluations, Examination examination) {

  static TestScores of(
      List<Method> methods,
      Examination examination,
      ModelPool pool,
      int workers,
      ExperimentRun.Observer observer)
      throws InterruptedException {
    Map<String, Genome> distinct = new LinkedHashMap<>();
    methods.forEach(method -> distinct.putIfAbsent(method.genome().digest(), method.genome()));
    Map<String, Future<Evaluation>> running = new LinkedHashMap<>();
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    try {
      distinct.forEach((digest, genome) ->
          running.put(
              digest,
              executor.submit(
                  () -> pool.<Evaluation, RuntimeException>use(genome, examination::grade))));
      Map<String, Evaluation> found = new LinkedHashMap<>();
      for (Map.Entry<String, Future<Evaluation>> entry : running.entrySet()) {
        found.put(entry.getKey(), result(entry.getValue()));
        observer.tested(found.size(), running.size());
      }
      List<Evaluation> evaluations = new ArrayList<>();
      for (Method method : methods) {
        evaluations.add(Objects.requireNonNull(found.get(method.genome().digest())));
      }
      return new TestScores(methods, evaluations, examination);
    } finally {
      executor.shutdownNow();
    }
  }

  private static Evaluation result(Future<Evaluation> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("scoring on the test split failed", e.getCause());
    }
  }
}
