package org.cycleqd.spectral;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work on the threads of a pool. */
final class Parallel {

  private Parallel() {}

  /** What is done with an item. */
  @FunctionalInterface
  interface Work<T> {
    void accept(T item) throws IOException;
  }

  /**
   * Does the work on all items; after a failure no further item is begun.
   *
   * @throws IOException if the work failed, or the thread was interrupted
   */
  static <T> void forEach(ExecutorService pool, Collection<T> items, Work<T> work)
      throws IOException {
    AtomicBoolean abandoned = new AtomicBoolean();
    List<Future<?>> futures = new ArrayList<>();
    for (T item : items) {
      futures.add(
          pool.submit(() -> {
            if (!abandoned.get()) {
              try {
                work.accept(item);
              } catch (IOException | RuntimeException | Error e) {
                abandoned.set(true);
                throw e;
              }
            }
            return null;
          }));
    }
    Throwable failure = null;
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        abandoned.set(true);
        futures.forEach(other -> other.cancel(true));
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
