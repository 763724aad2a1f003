package org.cycleqd.lm;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * A thread that answers requests as they come, all that are under way in shared batches. Safe for
 * use by any number of threads, such as dialogues that ask, work with the answer and ask again.
 */
public final class DecodingLoop implements AutoCloseable {

  private final Decoder decoder;
  private final Semaphore news = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts the thread.
   *
   * @param model used by the loop alone until it is closed, and not closed by it
   * @param rows most sequences at a time; others wait
   * @param capacity most tokens of a sequence, prompt and answer together
   */
  public DecodingLoop(LiveModel model, int rows, int capacity) {
    this.decoder = new Decoder(model, rows, capacity);
    this.thread = Thread.ofPlatform().daemon().name("decoding").start(this::run);
  }

  /** Most tokens of a sequence. */
  public int capacity() {
    return decoder.capacity();
  }

  /** How many requests have not begun. */
  public int waiting() {
    return decoder.waiting();
  }

  /**
   * Asks for an answer. Where libtorch refuses the work, the answer fails with its exception.
   *
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(Request request, Generation generation, Detail detail) {
    return begun(decoder.submit(request, generation, detail));
  }

  /**
   * Asks for an answer. Cancelling it frees its place.
   *
   * @param listener told each token as soon as it is known; it must be quick and not fail, since
   *     all others wait for it
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(
      Request request, Generation generation, Detail detail, Consumer<Token> listener) {
    return begun(decoder.submit(request, generation, detail, listener));
  }

  /**
   * Asks how probable a continuation is.
   *
   * @param alternatives how many of the most probable tokens are wanted at each place
   * @throws IllegalArgumentException if it does not fit
   */
  public CompletableFuture<Likelihood> score(Continuation continuation, int alternatives) {
    return begun(decoder.score(continuation, alternatives));
  }

  private <T> CompletableFuture<T> begun(CompletableFuture<T> asked) {
    if (closed) {
      asked.cancel(false);
    }
    news.release();
    return asked;
  }

  private void run() {
    try {
      while (!closed) {
        news.acquireUninterruptibly();
        news.drainPermits();
        boolean more = true;
        while (more && !closed) {
          more = turn();
        }
      }
    } finally {
      // Also where memory ran out: nobody must wait for a thread that is gone.
      closed = true;
      decoder.close();
    }
  }

  private boolean turn() {
    try {
      return decoder.turn();
    } catch (RuntimeException e) {
      return true; // those who asked have been told; others may still wait
    }
  }

  /** Ends the thread; what is not answered yet is cancelled. */
  @Override
  public void close() {
    closed = true;
    news.release();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
