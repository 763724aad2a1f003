package org.cycleqd.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.cycleqd.tensor.TensorSpec;

/**
 * Neighbouring rows of a tensor, the piece of work of one thread at a time.
 *
 * @param spec the tensor
 * @param firstRow index of the first row
 * @param rows how many
 */
record RowTile(TensorSpec spec, long firstRow, int rows) {

  private static final long TILE_ELEMENTS = 1L << 18;

  /**
   * Cuts tensors into tiles of about 260,000 elements, which fit a processor's cache, at least a
   * row each.
   */
  static List<RowTile> of(List<TensorSpec> specs) {
    List<RowTile> tiles = new ArrayList<>();
    for (TensorSpec spec : specs) {
      if (spec.elements() == 0) {
        continue;
      }
      long most = Math.max(1, TILE_ELEMENTS / spec.columns());
      for (long row = 0; row < spec.rows(); row += most) {
        tiles.add(new RowTile(spec, row, (int) Math.min(most, spec.rows() - row)));
      }
    }
    return tiles;
  }

  long firstElement() {
    return firstRow * spec.columns();
  }

  long elements() {
    return rows * spec.columns();
  }

  /**
   * Works on tiles with all processors, begun in their order so that files are read forwards.
   *
   * @return the results in the order of the tiles
   */
  static <R> List<R> map(List<RowTile> tiles, Function<RowTile, R> work)
      throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    List<R> results = new ArrayList<>(tiles.size());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<R>> calls = new ArrayList<>(tiles.size());
      tiles.forEach(tile -> calls.add(() -> work.apply(tile)));
      for (Future<R> result : pool.invokeAll(calls)) {
        results.add(result.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return results;
  }
}
