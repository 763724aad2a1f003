package org.cycleqd.merge.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cycleqd.merge.stream.TileWork.Piece;

/**
 * Walks over tensors tile by tile with a fixed number of threads.
 *
 * <p>A thread takes a piece of the tensor at a time, in the order of the tensor: some rows, or for
 * steps on elements a run of elements that it works on in tiles that fit a core's first cache. One
 * tensor is walked over at a time; {@link #bytesOf} is all the memory that it takes.
 */
public final class Tiles implements AutoCloseable {

  /** Elements of a piece where the rows allow it. */
  public static final int PIECE_ELEMENTS = 1 << 15;

  /** Elements of a tile of elements. */
  private static final int RUN = 1 << 11;

  private final int pieceElements;
  private final List<Tile> tiles = new ArrayList<>();
  private final ExecutorService executor;

  /**
   * Starts the threads.
   *
   * @param threads how many, at least one
   */
  public Tiles(int threads) {
    this(threads, PIECE_ELEMENTS);
  }

  /**
   * Starts the threads.
   *
   * @param pieceElements size of a piece in elements; a piece of rows has at least one of them
   */
  public Tiles(int threads, int pieceElements) {
    this.pieceElements = pieceElements;
    for (int i = 0; i < threads; i++) {
      tiles.add(new Tile());
    }
    executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("merge-", 0).factory());
  }

  /** As many threads again, with tiles of the same size, for another tensor at the same time. */
  public Tiles another() {
    return new Tiles(threads(), pieceElements);
  }

  /** Number of threads. */
  public int threads() {
    return tiles.size();
  }

  /** Most elements of a piece of a tensor with rows of this length. */
  public long pieceElements(long columns) {
    return Math.max(columns, pieceElements);
  }

  /** Working memory in bytes for a task, all threads together. */
  public long bytesOf(TensorTask task) {
    long buffers = task.sources().size() + 3L;
    return threads() * buffers * pieceElements(task.output().columns()) * Float.BYTES;
  }

  /**
   * Does a step on every tile of a tensor, and then the work.
   *
   * @throws IOException if the work failed, or the thread was interrupted
   */
  public void forEach(TensorTask task, TileStep step, TileWork work) throws IOException {
    forEach(task, step, work, tiles.size());
  }

  /**
   * Does the same on one tile after the other, in the order of the tensor, on the calling thread.
   *
   * @throws IOException if the work failed
   */
  public void inOrder(TensorTask task, TileStep step, TileWork work) throws IOException {
    forEach(task, step, work, 1);
  }

  private void forEach(TensorTask task, TileStep step, TileWork work, int threads)
      throws IOException {
    Pieces pieces = new Pieces(task, step.isElementwise() && task.isInMemory());
    Walk walk = new Walk();
    Prefixes prefixes = new Prefixes(walk, step.counters() == 0 ? 0 : pieces.number());
    parallel(
        walk,
        (int) Math.min(threads, pieces.number()),
        worker -> {
          for (long p = walk.next(); p < pieces.number(); p = walk.next()) {
            Piece piece = pieces.piece(p, worker);
            List<long[]> before =
                step.counters() == 0 ? List.of() : count(pieces, piece, p, step, prefixes);
            Tile tile = tiles.get(worker);
            for (int t = 0; t < pieces.tiles(piece); t++) {
              pieces.load(tile, piece, t);
              if (!before.isEmpty()) {
                tile.setBefore(before.get(t));
              }
              step.apply(tile);
              work.accept(tile, piece);
            }
          }
        });
  }

  /** What was counted before each tile of a piece. */
  private List<long[]> count(
      Pieces pieces, Piece piece, long number, TileStep step, Prefixes prefixes)
      throws IOException {
    Tile tile = tiles.get(piece.worker());
    List<long[]> counts = new ArrayList<>();
    long[] sum = new long[step.counters()];
    for (int t = 0; t < pieces.tiles(piece); t++) {
      pieces.load(tile, piece, t);
      counts.add(sum.clone());
      long[] of = new long[sum.length];
      step.count(tile, of);
      add(sum, of);
    }
    long[] before = prefixes.before(number, sum);
    counts.forEach(of -> add(of, before));
    return counts;
  }

  private static void add(long[] sums, long[] values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  /** How a tensor is cut up. */
  private final class Pieces {

    private final TensorTask task;
    private final boolean runs;
    private final long columns;
    private final long size;

    Pieces(TensorTask task, boolean runs) {
      this.task = task;
      this.runs = runs;
      this.columns = task.output().columns();
      this.size =
          runs ? pieceElements : Math.max(columns, pieceElements / Math.max(1, columns) * columns);
    }

    long number() {
      return size == 0 ? 0 : Math.ceilDiv(task.output().elements(), size);
    }

    Piece piece(long index, int worker) {
      long first = index * size;
      return new Piece(first, (int) Math.min(size, task.output().elements() - first), worker);
    }

    int tiles(Piece piece) {
      return Math.ceilDiv(piece.count(), tileElements());
    }

    void load(Tile tile, Piece piece, int index) {
      int start = index * tileElements();
      int count = Math.min(tileElements(), piece.count() - start);
      if (runs) {
        tile.loadRun(task, piece.first() + start, count);
      } else {
        tile.loadRows(task, (piece.first() + start) / columns, (int) (count / columns));
      }
    }

    private int tileElements() {
      return runs ? RUN : (int) (Math.max(1, RUN / columns) * columns);
    }
  }

  /**
   * Does the work on every run of elements, or of rows, without loading them.
   *
   * @param elements number of elements or rows
   * @param run most of them in a piece
   * @throws IOException if the work failed, or the thread was interrupted
   */
  public void forEachRun(long elements, int run, RunWork work) throws IOException {
    long runs = Math.ceilDiv(elements, run);
    Walk walk = new Walk();
    parallel(
        walk,
        (int) Math.min(threads(), runs),
        worker -> {
          for (long index = walk.next(); index < runs; index = walk.next()) {
            long first = index * run;
            int count = (int) Math.min(run, elements - first);
            work.accept(new Piece(first, count, worker));
          }
        });
  }

  /** What is done with each run; called by several threads at a time. */
  @FunctionalInterface
  public interface RunWork {

    /**
     * Works on a piece.
     *
     * @throws IOException if a result cannot be stored; the other runs are then given up
     */
    void accept(Piece piece) throws IOException;
  }

  /**
   * Sums {@code width} values over all rows, in the order of the rows.
   *
   * @param step is done on each tile first
   * @throws IOException if the thread was interrupted
   */
  public double[] sums(TensorTask task, TileStep step, int width, RowSums work) throws IOException {
    double[] all = new double[Math.toIntExact(Math.multiplyExact(task.output().rows(), width))];
    forEach(
        task,
        byRows(step),
        (tile, _) -> {
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

  /** The same step on whole rows. */
  private static TileStep byRows(TileStep step) {
    return new TileStep() {
      @Override
      public void apply(Tile tile) {
        step.apply(tile);
      }

      @Override
      public int counters() {
        return step.counters();
      }

      @Override
      public void count(Tile tile, long[] counts) {
        step.count(tile, counts);
      }
    };
  }

  /** A tile of elements from all over a tensor that lies in memory. */
  Tile sample(TensorTask task, long[] starts, int run) {
    tiles.getFirst().loadRuns(task, starts, run);
    return tiles.getFirst();
  }

  /** The tile that starts with a row. */
  Tile rows(TensorTask task, long first, int count) {
    tiles.getFirst().loadRows(task, first, count);
    return tiles.getFirst();
  }

  @FunctionalInterface
  private interface Worker {
    void work(int worker) throws IOException;
  }

  private void parallel(Walk walk, int workers, Worker work) throws IOException {
    if (workers <= 1) {
      try {
        work.work(0);
        return;
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      int worker = i;
      futures.add(
          executor.submit(() -> {
            try {
              work.work(worker);
            } catch (IOException | RuntimeException | Error e) {
              walk.abandon(); // the others stop after their piece
              throw e;
            }
            return null;
          }));
    }
    await(futures, walk);
  }

  /** Returns when no thread works on a piece any more, also if this one was interrupted. */
  private static void await(List<Future<?>> futures, Walk walk) throws IOException {
    Throwable failure = null;
    InterruptedException interruption = null;
    for (Future<?> future : futures) {
      boolean works = true;
      while (works) {
        try {
          future.get();
          works = false;
        } catch (ExecutionException e) {
          boolean first = failure == null || failure instanceof Walk.AbandonedException;
          failure = first ? e.getCause() : failure;
          works = false;
        } catch (InterruptedException e) {
          interruption = e;
          walk.abandon();
        }
      }
    }
    if (interruption != null) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interruption);
    }
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case UncheckedIOException e -> throw e.getCause();
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
