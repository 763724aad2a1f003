package org.cycleqd.merge;

import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.jspecify.annotations.Nullable;

/**
 * Prepares each tensor's step while the one before it is written, so that all threads have work
 * where one of the two waits for a single thread. What is prepared does not depend on it.
 */
final class Lookahead implements AutoCloseable {

  /** Most working memory of a tensor that is prepared ahead. */
  private static final long LIMIT = 1L << 26;

  private final MergeMethod method;
  private final Tiles tiles;
  private final Tiles ahead;
  private final Map<TensorTask, TensorTask> following = new HashMap<>();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("merge-ahead-", 0).factory());
  private @Nullable TensorTask expected;
  private @Nullable Future<TileStep> prepared;

  /**
   * Starts a thread.
   *
   * @param order of the tasks
   * @param tiles for what is not prepared ahead
   */
  Lookahead(MergeMethod method, Iterable<TensorTask> order, Tiles tiles) {
    this.method = method;
    this.tiles = tiles;
    this.ahead = tiles.another();
    Iterator<TensorTask> tasks = order.iterator();
    TensorTask last = tasks.hasNext() ? tasks.next() : null;
    expected = last;
    while (last != null && tasks.hasNext()) {
      TensorTask next = tasks.next();
      following.put(last, next);
      last = next;
    }
  }

  /**
   * Working memory in bytes of the tensors that are worked on at a time: one that is written, and
   * one that is prepared.
   */
  static long workingBytes(MergeMethod method, List<TensorTask> order, Tiles tiles) {
    long most = 0;
    for (int i = 0; i < order.size(); i++) {
      long bytes = tiles.bytesOf(order.get(i)) + method.workingBytes(order.get(i), tiles.threads());
      if (i + 1 < order.size() && isSmall(method, order.get(i + 1), tiles)) {
        TensorTask next = order.get(i + 1);
        bytes += tiles.bytesOf(next) + method.workingBytes(next, tiles.threads());
      }
      most = Math.max(most, bytes);
    }
    return most;
  }

  private static boolean isSmall(MergeMethod method, TensorTask task, Tiles tiles) {
    return method.workingBytes(task, tiles.threads()) <= LIMIT;
  }

  /**
   * The step of a task. Where tasks come in their order, the next one's is begun.
   *
   * @throws IOException if the preparation failed, or the thread was interrupted
   */
  TileStep step(TensorTask task) throws IOException {
    boolean inOrder = task.equals(expected);
    Future<TileStep> found = prepared;
    prepared = null;
    TileStep step;
    if (inOrder && found != null) {
      step = await(found);
    } else {
      if (found != null) {
        found.cancel(true);
      }
      step = method.prepare(task, tiles);
    }
    TensorTask next = following.get(task);
    if (inOrder && next != null && isSmall(method, next, ahead)) {
      prepared = executor.submit(() -> method.prepare(next, ahead));
    }
    expected = next;
    return step;
  }

  private static TileStep await(Future<TileStep> step) throws IOException {
    try {
      return step.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    ahead.close();
  }
}
