package org.cycleqd.merge.method;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;

/** DARE (arXiv 2311.03099): every element stays with probability {@code density}. */
record Dropout(MergeKernel kernel) implements Sparsifier {

  /** Outcomes of a coin. */
  static final double OUTCOMES = 0x1.0p32;

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) {
    long[] keys = keys(task);
    long[] thresholds = thresholds(task);
    TileStep.Stateless step =
        tile -> {
          Combination.deltas(kernel, tile);
          for (int k = 0; k < keys.length; k++) {
            kernel.drop(
                tile.models()[k], keys[k], tile.firstElement(), thresholds[k], tile.count());
          }
        };
    return step;
  }

  /** The base plus the weighted sum of what stays. */
  KeptSum sum(TensorTask task, float[] weights) {
    return new KeptSum(kernel, weights, keys(task), thresholds(task));
  }

  private static long[] keys(TensorTask task) {
    return IntStream.range(0, task.sources().size()).mapToLong(k -> key(task, k)).toArray();
  }

  private static long[] thresholds(TensorTask task) {
    return Arrays.stream(task.numbers("density"))
        .mapToLong(density -> Math.max(1, Math.round(density * OUTCOMES)))
        .toArray();
  }

  /** Names the coins of one model's tensor. */
  static long key(TensorTask task, int source) {
    Source of = task.sources().get(source);
    return Draws.at(task.seed(), "drop", of.model(), of.rows().spec().name()).key();
  }
}
