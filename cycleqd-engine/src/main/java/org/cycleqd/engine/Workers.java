package org.cycleqd.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;
import org.jspecify.annotations.Nullable;

/**
 * The threads that score candidates. Closing them stops what is still in flight. One thread alone
 * is the caller's: handing over would take longer than a child costs the search.
 */
final class Workers implements AutoCloseable {

  private final Evaluator evaluator;
  private final int tasks;
  private final @Nullable ExecutorService executor;

  private Workers(Evaluator evaluator, int tasks, @Nullable ExecutorService executor) {
    this.evaluator = evaluator;
    this.tasks = tasks;
    this.executor = executor;
  }

  static Workers of(Evaluator evaluator, int tasks, int threads) {
    if (threads == 1) {
      return new Workers(evaluator, tasks, null);
    }
    AtomicInteger started = new AtomicInteger();
    return new Workers(
        evaluator,
        tasks,
        Executors.newFixedThreadPool(
            threads,
            work ->
                Thread.ofPlatform()
                    .daemon()
                    .name("candidate-" + started.getAndIncrement())
                    .unstarted(work)));
  }

  /** Starts to score a candidate; its outcomes are still to be filled in. */
  Future<Result> submit(Genome genome, Descent descent) {
    return submit(genome, descent, Optional.empty());
  }

  /** Starts to score a candidate that may be stopped early. */
  Future<Result> submit(Genome genome, Descent descent, Optional<Inquiry> inquiry) {
    FutureTask<Result> scoring = new FutureTask<>(() -> score(genome, descent, inquiry));
    if (executor != null) {
      executor.execute(scoring);
    }
    return scoring;
  }

  private Result score(Genome genome, Descent descent, Optional<Inquiry> inquiry)
      throws InterruptedException {
    if (!genome.finite()) {
      return new Result.Failed("the genome has coefficients that are not finite");
    }
    Evaluation evaluation;
    try {
      if (inquiry.isPresent() && evaluator instanceof ItemEvaluator itemwise) {
        return inquiry.get().score(itemwise, genome, descent);
      }
      evaluation = evaluator.evaluate(genome, descent);
    } catch (EvaluationException e) {
      return new Result.Failed(e.reason());
    }
    if (evaluation.tasks().size() != tasks) {
      throw new IllegalStateException(
          "the evaluator scored %d tasks, the search has %d"
              .formatted(evaluation.tasks().size(), tasks));
    }
    return new Result.Scored(evaluation, List.of());
  }

  /**
   * Waits for a candidate, or scores it on this thread.
   *
   * @throws SearchException if the evaluator broke down
   */
  Result await(int candidate, Future<Result> pending) throws InterruptedException {
    try {
      if (executor == null && pending instanceof FutureTask<Result> scoring) {
        scoring.run();
      }
      return pending.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("candidate %d was interrupted".formatted(candidate));
      }
      throw new SearchException(
          "candidate %d: the evaluator broke down: %s".formatted(candidate, e.getCause()), e);
    }
  }

  /** Interrupts the threads and waits until none of them uses the evaluator any more. */
  @Override
  public void close() {
    if (executor == null) {
      return;
    }
    executor.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
