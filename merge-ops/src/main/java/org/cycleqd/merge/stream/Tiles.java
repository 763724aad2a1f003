package org.cycleqd.merge.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Walks over tensors tile by tile with a fixed number of threads.
 *
 * <p>Tiles are handed out in the order of the tensor, so a tile may wait for what the ones before
 * it have to say. One tensor is walked over at a time; a memory of {@link #bytesOf} per thread is
 * all that it takes.
 */
public final class Tiles implements AutoCloseable {

  /**
   * Elements of a tile where the rows allow it: all models' tiles together stay in a core's cache.
   */
  public static final int ELEMENTS = 1 << 14;

  private final int elements;
  private final List<Tile> tiles = new ArrayList<>();
  private final ExecutorService executor;

  /**
   * Starts the threads.
   *
   * @param threads how many, at least one
   */
  public Tiles(int threads) {
    this(threads, ELEMENTS);
  }

  /**
   * Starts the threads.
   *
   * @param elements size of a tile in elements; a tile holds whole rows and at least one
   */
  public Tiles(int threads, int elements) {
    this.elements = elements;
    for (int i = 0; i < threads; i++) {
      tiles.add(new Tile());
    }
    executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("merge-", 0).factory());
  }

  /** Number of threads. */
  public int threads() {
    return tiles.size();
  }

  /** Rows of one tile of a tensor with rows of this length. */
  public int rows(long columns) {
    return (int) Math.max(1, elements / Math.max(1, columns));
  }

  /** Working memory in bytes for a task, all threads together. */
  public long bytesOf(TensorTask task) {
    long columns = task.output().columns();
    long buffers = task.sources().size() + 3L;
    return threads() * buffers * rows(columns) * columns * Float.BYTES;
  }

  /**
   * Does the work on every tile of a tensor.
   *
   * @throws IOException if the work failed, or the thread was interrupted
   */
  public void forEach(TensorTask task, TileWork work) throws IOException {
    int step = rows(task.output().columns());
    parallel(tileCount(task), (walk, worker) -> walk(task, work, walk, step, worker));
  }

  /**
   * Does the work on every run of elements, without loading them.
   *
   * @param elements of the tensor
   * @param run elements of a run; the last one may be shorter
   * @throws IOException if the work failed, or the thread was interrupted
   */
  public void forEachRun(long elements, int run, RunWork work) throws IOException {
    long runs = Math.ceilDiv(elements, run);
    parallel(
        runs,
        (walk, worker) -> {
          for (long index = walk.next(); index < runs; index = walk.next()) {
            long first = index * run;
            work.accept(first, (int) Math.min(run, elements - first), worker);
          }
        });
  }

  /** What is done with each run; called by several threads at a time. */
  @FunctionalInterface
  public interface RunWork {

    /**
     * Works on the elements from {@code first} on.
     *
     * @param worker number of the thread, from 0
     * @throws IOException if a result cannot be stored; the other runs are then given up
     */
    void accept(long first, int count, int worker) throws IOException;
  }

  @FunctionalInterface
  private interface Worker {
    void work(Walk walk, int worker) throws IOException;
  }

  private long tileCount(TensorTask task) {
    long columns = task.output().columns();
    return columns == 0 ? 0 : Math.ceilDiv(task.output().rows(), rows(columns));
  }

  private void parallel(long pieces, Worker work) throws IOException {
    Walk walk = new Walk();
    int workers = (int) Math.min(threads(), pieces);
    if (workers <= 1) {
      work.work(walk, 0);
      return;
    }
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      int worker = i;
      futures.add(
          executor.submit(() -> {
            try {
              work.work(walk, worker);
            } catch (IOException | RuntimeException | Error e) {
              walk.abandon(); // the others stop after their piece
              throw e;
            }
            return null;
          }));
    }
    await(futures);
  }

  /**
   * Does the work on one tile after the other, in the order of the tensor, on one thread.
   *
   * @throws IOException if the work failed
   */
  public void inOrder(TensorTask task, TileStep work) throws IOException {
    walk(task, (tile, _) -> work.apply(tile), new Walk(), rows(task.output().columns()), 0);
  }

  private void walk(TensorTask task, TileWork work, Walk walk, int step, int worker)
      throws IOException {
    Tile tile = tiles.get(worker);
    long tileCount = tileCount(task);
    for (long index = walk.next(); index < tileCount; index = walk.next()) {
      long first = index * step;
      int rows = (int) Math.min(step, task.output().rows() - first);
      tile.load(task, first, rows, walk.at(index));
      work.accept(tile, worker);
    }
  }

  /** A tile of elements from all over a tensor; see {@link Tile#sample}. */
  Tile sample(TensorTask task, long[] starts, int run) {
    tiles.getFirst().sample(task, starts, run);
    return tiles.getFirst();
  }

  /** The tile that starts with a row. */
  Tile rows(TensorTask task, long first, int count) {
    tiles.getFirst().load(task, first, count, new Walk().at(0));
    return tiles.getFirst();
  }

  /**
   * Sums {@code width} values over all rows, in the order of the rows.
   *
   * @throws IOException if the thread was interrupted
   */
  public double[] sums(TensorTask task, int width, RowSums work) throws IOException {
    return sums(task, _ -> {}, width, work);
  }

  /**
   * Sums over all rows of what a step makes of each tile.
   *
   * @param step is done on each tile first
   * @throws IOException if the thread was interrupted
   */
  public double[] sums(TensorTask task, TileStep step, int width, RowSums work) throws IOException {
    double[] all = new double[Math.toIntExact(Math.multiplyExact(task.output().rows(), width))];
    forEach(
        task,
        (tile, _) -> {
          step.apply(tile);
          for (int row = 0; row < tile.rows(); row++) {
            int offset = Math.toIntExact((tile.firstRow() + row) * width);
            work.accept(tile, row * tile.columns(), all, offset);
          }
        });
    double[] sums = new double[width];
    for (int i = 0; i < all.length; i++) {
      sums[i % width] += all[i];
    }
    return sums;
  }

  private static void await(List<Future<?>> futures) throws IOException {
    Throwable failure = null;
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        futures.forEach(other -> other.cancel(true));
        throw new IOException("interrupted", e);
      }
    }
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case UncheckedIOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
