package org.cycleqd.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks many questions at once. */
final class Batch {

  private Batch() {}

  /** What is done with one question. */
  @FunctionalInterface
  interface Ask<Q, A> {

    /** Answers it. */
    A answer(Q question) throws RemoteException, InterruptedException;
  }

  /**
   * The answers, in the order of the questions. The first failure, and an interruption, end it all.
   */
  static <Q, A> List<A> run(List<Q> questions, Ask<Q, A> ask)
      throws RemoteException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        CompletionService<A> ended = new ExecutorCompletionService<>(threads);
        List<Future<A>> answers = new ArrayList<>();
        for (Q question : questions) {
          answers.add(ended.submit(() -> ask.answer(question)));
        }
        for (int i = 0; i < questions.size(); i++) {
          requireSuccess(ended.take());
        }
        return answers.stream().map(Future::resultNow).toList();
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static void requireSuccess(Future<?> future)
      throws RemoteException, InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteException failure) {
        throw failure;
      }
      throw new IllegalStateException("a request could not be made", e.getCause());
    }
  }
}
